"""The open file."""
