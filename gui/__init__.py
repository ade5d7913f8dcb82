"""The window of chronos-panel."""
