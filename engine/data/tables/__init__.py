"""Columns to series: what each column is, and why."""
