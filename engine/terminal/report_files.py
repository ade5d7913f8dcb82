"""The files that a command writes when its work is done."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from engine.base.errors import UserError
from engine.base.escaping import printable
from engine.reports.exporter import Exporter, write
from engine.terminal.console import complain, messages

Result = TypeVar("Result")


def write_file(what: str, file: Path | None, write: Callable[[Path], object]) -> bool:
    """Write a file if you ask for it; print what was written, or why it was not, and go on.

    Args:
        what: The content, for people.
        file: The file; None if you do not ask for it.
        write: Writes the file, or raises UserError.

    Returns:
        Whether nothing went wrong.
    """
    if file is None:
        return True
    try:
        write(file)
    except UserError as error:
        complain(error.sentence, error.remedy)
        return False
    messages.print(f"Wrote the {what} to {printable(str(file))}.")
    return True


def write_report(exporter: Exporter[Result], result: Result, file: Path | None) -> bool:
    """Write a report if you ask for it; see `write_file`."""
    return write_file("report", file, lambda path: write(exporter, result, path))
