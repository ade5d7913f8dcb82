"""The check of a configuration and a machine."""
