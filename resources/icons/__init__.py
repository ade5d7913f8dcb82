"""Drawings of the window: its own icon, and small marks for light and dark themes."""
