"""What went wrong, in words, when nothing of ours foresaw it."""

import sys
import traceback

from engine.events import Failed, FailureKind

MEMORY_WORDS = ("can't allocate memory", "cannot allocate memory", "out of memory")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error means that memory ran out, on any device.

    torch's own error for a GPU is a RuntimeError that says "out of memory".
    """
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError | OSError)
        and any(words in str(error).lower() for words in MEMORY_WORDS)
    )


def first_line(error: BaseException) -> str:
    """The first telling line of an error's message, or its kind, without the closing stop."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if not lines:
        return type(error).__name__
    # torch announces the cause on the next line: "backend='inductor' raised:".
    count = 2 if lines[0].endswith(":") else 1
    return " ".join(lines[:count]).rstrip(". ")


def describe_failure(error: BaseException) -> Failed:
    """An unexpected error, told as well as possible."""
    details = "".join(traceback.format_exception(error))
    if isinstance(error, ImportError):
        return Failed(
            FailureKind.CANNOT_START,
            f"A part that is needed cannot be imported: {error}.",
            f"Install chronos-panel again into the environment of {sys.executable}.",
            details,
        )
    if is_out_of_memory(error):
        return Failed(
            FailureKind.MEMORY,
            "The machine's memory did not suffice for this job.",
            "Use a smaller batch size, a shorter context or fewer series, or close other programs.",
            details,
        )
    return Failed(
        FailureKind.UNEXPECTED,
        f"Something went wrong that should not: {type(error).__name__}: {first_line(error)}.",
        "The log has the details; please report them.",
        details,
    )
