"""Finished runs, each kept as one versioned document."""
