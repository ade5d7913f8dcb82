"""Files that a command writes once its work is done."""

from collections.abc import Callable
from pathlib import Path

from engine.base import files
from engine.base.errors import UserError
from engine.terminal.console import complain, messages


def write_file(what: str, file: Path | None, write: Callable[[Path], object]) -> bool:
    """Writes a file that was asked for, and says so; a fault is told, and costs no other file.

    Args:
        what: What is written, for people.
        file: Where; None if it was not asked for.
        write: Writes it, and raises UserError if it cannot.

    Returns:
        Whether the file is as was asked for.
    """
    if file is None:
        return True
    try:
        write(file)
    except UserError as error:
        complain(error.sentence, error.remedy)
        return False
    messages.print(f"The {what} was written to {file}.")
    return True


def write_report(file: Path | None, text: Callable[[], str]) -> bool:
    """Writes a page that was asked for; gives what `write_file` gives."""
    return write_file("report", file, lambda place: files.write_text(place, text()))
