"""The Echo page."""
