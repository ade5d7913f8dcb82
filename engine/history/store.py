"""Keep finished runs in one SQLite file, one row and one transaction for each.

Several processes may write at once. A file that a newer version wrote is left alone.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Any, Self

from platformdirs import user_data_path

from engine.base.codec import DecodeError, convert
from engine.base.errors import UserError
from engine.history.faults import explained, too_new
from engine.history.migrations import INSERT, VERSION, migrate, version_of

PATIENCE = 20.0
"""Seconds to wait for another process to finish writing."""

VERSION_OFFSET = 60
"""Where SQLite's file format keeps the version of the tables: four bytes, big-endian."""


def history_file() -> Path:
    """Return where the user's history is."""
    return user_data_path("chronos-panel", appauthor=False) / "history.sqlite"


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run as it is kept.

    Attributes:
        kind: The kind of its job, such as "benchmark".
        version: Version of the document's form, which belongs to the kind.
        began: When it began, ISO 8601.
        answer: How it ended, one of its kind's answers.
        sentence: Its verdict.
        data: Where its series came from, for people.
        document: Everything about it, in its kind's own encoding.
    """

    kind: str
    version: int
    began: str
    answer: str
    sentence: str
    data: str
    document: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list of runs.

    Attributes:
        id: The run's number.
        kind: The kind of its job, such as "benchmark".
        began: When it began, ISO 8601.
        answer: How it ended, one of its kind's answers.
        sentence: Its verdict.
        data: Where its series came from, for people; empty if its document is damaged.
    """

    id: int
    kind: str
    began: str
    answer: str
    sentence: str
    data: str


class History:
    """An open history. Use it as a context."""

    def __init__(self, file: Path) -> None:
        """Open a history; make it where there is none, and migrate one of an older version.

        Raises:
            UserError: It cannot be opened, is not a history, or is of a newer version.
        """
        self.file = file
        _refuse_newer(file)
        with explained(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)
        # Else one damaged text would hide all runs.
        self._connection.text_factory = _text
        try:
            with explained(file):
                self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def add(self, run: StoredRun) -> int:
        """Keep a run, whole or not at all, and return its number.

        Raises:
            UserError: It cannot be written.
        """
        row = (run.kind, run.version, run.began, run.answer, run.sentence, run.data, run.document)
        with self._writing():
            number = self._connection.execute(INSERT, (None, *row)).lastrowid
        if number is None:
            raise RuntimeError("SQLite gave the run no number")
        return number

    def entries(self) -> list[Entry]:
        """Return all runs, the newest first.

        Raises:
            UserError: The file cannot be read.
        """
        with explained(self.file):
            rows = self._connection.execute(
                "SELECT id, kind, began, answer, sentence, data FROM run ORDER BY id DESC"
            ).fetchall()
        return [_entry(row) for row in rows]

    def run(self, number: int) -> StoredRun:
        """Return a run.

        Raises:
            UserError: There is no such run, or the file cannot be read.
        """
        with explained(self.file):
            found = self._connection.execute(
                "SELECT kind, version, began, answer, sentence, data, document FROM run"
                " WHERE id = ?",
                (number,),
            ).fetchone()
        if found is None:
            raise UserError(
                f"There is no run {number} in the history.",
                "See `chronos-panel history list`.",
            )
        names = [field.name for field in fields(StoredRun)]
        try:
            return convert(StoredRun, dict(zip(names, found, strict=True)))
        except DecodeError as error:
            raise UserError(
                f"Run {number} of the history is damaged: {error}.", "Choose another run."
            ) from error

    def _prepare(self) -> None:
        _retried(lambda: self._connection.execute("PRAGMA journal_mode = WAL"))
        version = version_of(self._connection)
        if version > VERSION:
            raise too_new(self.file)
        if version < VERSION:
            with self._writing():
                migrate(self._connection)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Make the statements of a scope one transaction."""
        with explained(self.file):
            _retried(lambda: self._connection.execute("BEGIN IMMEDIATE"))
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def _text(stored: bytes) -> str:
    """Decode a text of the file, with marks where it is damaged."""
    return stored.decode(errors="replace")


def _entry(row: Sequence[Any]) -> Entry:
    """Return a row of the list; a value of the wrong type is shown as text."""
    number, *texts = row
    return Entry(number, *(text if isinstance(text, str) else repr(text) for text in texts))


def _retried(statement: Callable[[], object]) -> None:
    """Run a statement again while another process holds the file; SQLite does not always wait.

    Raises:
        sqlite3.OperationalError: The other process held it for too long, or the statement failed.
    """
    deadline = monotonic() + PATIENCE
    while True:
        try:
            statement()
        except sqlite3.OperationalError as error:
            if not str(error.sqlite_errorname).startswith("SQLITE_BUSY") or monotonic() > deadline:
                raise
            sleep(0.05)
        else:
            return


def _refuse_newer(file: Path) -> None:
    """Look at a file's version before SQLite does, which could leave files beside it.

    Raises:
        UserError: A newer version of this program wrote it.
    """
    try:
        with file.open("rb") as stream:
            head = stream.read(VERSION_OFFSET + 4)
    except OSError:
        return  # opening it says what is wrong
    if int.from_bytes(head[VERSION_OFFSET:], "big") > VERSION and head.startswith(b"SQLite"):
        raise too_new(file)
