"""The checks of a validation."""
