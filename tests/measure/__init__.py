"""Benchmarks: commands that print figures, and assert nothing."""
