"""The rules of the check, by subject."""
