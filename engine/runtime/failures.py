"""An error as an event."""

import sys
import traceback

from engine.base.errors import UserError, first_line, is_out_of_memory
from engine.runtime.events import Failed, FailureKind


class JobError(Exception):
    """A job that another one depended upon failed.

    Attributes:
        failed: How.
    """

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.sentence)
        self.failed = failed


def bad_input(error: UserError) -> Failed:
    """An error that the user can mend."""
    return Failed(FailureKind.INPUT, error.sentence, error.remedy)


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
            f"{_memory_of(error)} did not suffice for this job.",
            "Use a smaller batch size, a shorter context or fewer series, or close other programs.",
            details,
        )
    return Failed(
        FailureKind.UNEXPECTED,
        f"Something went wrong that should not: {type(error).__name__}: {first_line(error)}.",
        "The log has the details; please report them.",
        details,
    )


def _memory_of(error: BaseException) -> str:
    return "The GPU's memory" if "CUDA" in str(error) else "The machine's memory"
