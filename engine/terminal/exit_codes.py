"""The exit codes of the program."""

FAILED = 1
"""A job or a check failed."""
BAD_INPUT = 2
"""You gave it something that it cannot use."""
INTERRUPTED = 130
"""You interrupted it."""
