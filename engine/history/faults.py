"""Say in sentences why the history cannot be used."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.base.errors import UserError


@contextmanager
def explained(file: Path) -> Iterator[None]:
    """Turn errors of SQLite and of the system into sentences.

    Raises:
        UserError: The file or its folder cannot be used.
    """
    try:
        yield
    except OSError as error:
        raise UserError(
            f"The history cannot be kept in {file.parent}: {error.strerror}.",
            "Make the folder writable.",
        ) from error
    except sqlite3.Error as error:
        raise UserError(*_sentence_and_remedy(file, error)) from error


def _sentence_and_remedy(file: Path, error: sqlite3.Error) -> tuple[str, str]:
    """Return what an error of SQLite means, and what to do about it."""
    name = str(getattr(error, "sqlite_errorname", ""))
    kinds = {
        "SQLITE_FULL": (
            f"The disk is full, so the history {file} is unchanged.",
            "Free some space.",
        ),
        "SQLITE_IOERR": (
            f"The history {file} could not be read or written.",
            "Check the disk, its free space, and your limit on the size of files (ulimit -f).",
        ),
        "SQLITE_TOOBIG": (
            f"A run is too large for the history {file}.",
            "Write a report instead.",
        ),
        "SQLITE_READONLY": (
            f"You may not write the history {file}.",
            "Change its permissions, or those of its folder.",
        ),
        "SQLITE_CANTOPEN": (
            f"The history {file} cannot be opened.",
            "Change its permissions, or those of its folder.",
        ),
        "SQLITE_BUSY": (
            f"Another process has been writing the history {file} for too long.",
            "Try again.",
        ),
        "SQLITE_NOTADB": (
            f"{file} is not a history.",
            "Move it away, and the program makes a new one.",
        ),
        "SQLITE_CORRUPT": (
            f"The history {file} is damaged.",
            "Move it away, and the program makes a new one.",
        ),
    }
    found = next((words for kind, words in kinds.items() if name.startswith(kind)), None)
    return found or (
        f"The history {file} cannot be used: {error}.",
        "Check the disk and the file's permissions.",
    )


def too_new(file: Path) -> UserError:
    """Return the refusal of a file that a newer version wrote."""
    return UserError(
        f"A newer version of this program wrote the history {file}. It is unchanged.",
        "Update chronos-panel, or move the file away.",
    )
