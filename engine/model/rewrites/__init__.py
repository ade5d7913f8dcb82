"""Rewrites of the library's modules that compute the same with less work."""
