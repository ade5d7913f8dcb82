"""The window. Imports no torch: it must be on screen within a second."""
