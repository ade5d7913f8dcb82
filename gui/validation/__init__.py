"""The Validation page."""
