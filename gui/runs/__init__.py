"""Runs: the jobs of the window."""
