"""Compiling ahead of time: an artifact, made and validated."""
