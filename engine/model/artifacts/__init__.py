"""Artifacts: the fused encoder compiled ahead of time, in a folder."""
