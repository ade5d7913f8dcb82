"""Errors as events."""

import sys
import traceback

from engine.base.errors import ModelError, UserError, first_line
from engine.base.memory import SMALLER, is_out_of_gpu_memory, is_out_of_memory, more_memory
from engine.runtime.events import Failed, FailureKind

REINSTALL = f"Install chronos-panel again into the environment of {sys.executable}."
"""The remedy where a package cannot be imported."""


class JobError(Exception):
    """A job failed that another one depends on.

    Attributes:
        failed: How it failed.
    """

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.sentence)
        self.failed = failed


def bad_input(error: UserError) -> Failed:
    """Return the failure of an error that the user can mend."""
    kind = FailureKind.MODEL if isinstance(error, ModelError) else FailureKind.INPUT
    return Failed(kind, error.sentence, error.remedy)


def unexpected(what: str, error: Exception, remedy: str = "") -> Failed:
    """Return the failure of an unexpected error in the window.

    Args:
        what: What could not be done, a sentence without its full stop.
        error: The error.
        remedy: What the user can do, a full sentence.
    """
    return Failed(FailureKind.UNEXPECTED, f"{what}: {type(error).__name__}: {error}.", remedy)


def describe_failure(error: BaseException) -> Failed:
    """Return the failure of an unexpected error, with its traceback as details."""
    details = "".join(traceback.format_exception(error))
    if is_out_of_memory(error):
        on_gpu = is_out_of_gpu_memory(error)
        sentence = f"The job ran out of {'GPU memory' if on_gpu else 'memory'}."
        remedy = SMALLER if on_gpu else more_memory()
        return Failed(FailureKind.MEMORY, sentence, remedy, details)
    if isinstance(error, ImportError):
        return Failed(
            FailureKind.CANNOT_START,
            f"A package cannot be imported: {error}.",
            REINSTALL,
            details,
        )
    return Failed(
        FailureKind.UNEXPECTED,
        f"Unexpected error: {type(error).__name__}: {first_line(error)}.",
        "Report it, and attach the details from the log.",
        details,
    )
