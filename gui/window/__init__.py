"""The window: what it is composed of."""
