"""Repeat a word: the smallest job kind."""
