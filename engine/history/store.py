"""The file that runs are kept in: SQLite, one transaction for each run.

Several processes may write at once. A file of a newer version is left alone.
"""

import dataclasses
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Self

from platformdirs import user_data_path

from engine.base.errors import UserError
from engine.benchmark.judging.verdict import Verdict
from engine.benchmark.measurements import Call, Phase, Run
from engine.benchmark.setup import Side
from engine.history.encoding import from_json, to_json
from engine.results.call_split import CallSplit

VERSION = 1
PATIENCE = 20.0
"""Seconds to wait for another process to finish writing."""

VERSION_PLACE = 60
"""Where SQLite's file format keeps the user's version, four bytes, most significant first."""

TABLES = """
CREATE TABLE IF NOT EXISTS run (
    id INTEGER PRIMARY KEY,
    began TEXT NOT NULL,
    answer TEXT NOT NULL,
    sentence TEXT NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS sample (
    run INTEGER NOT NULL REFERENCES run(id),
    number INTEGER NOT NULL,
    side TEXT NOT NULL,
    phase TEXT NOT NULL,
    block INTEGER NOT NULL,
    call INTEGER NOT NULL,
    place INTEGER NOT NULL,
    at REAL NOT NULL,
    seconds REAL NOT NULL,
    preparing REAL NOT NULL,
    model REAL NOT NULL,
    framing REAL NOT NULL,
    compiled INTEGER NOT NULL,
    PRIMARY KEY (run, number)
) STRICT, WITHOUT ROWID;
"""

COLUMNS = "side, phase, block, call, place, at, seconds, preparing, model, framing, compiled"


def history_file() -> Path:
    """Where the user's history is."""
    return user_data_path("chronos-panel", appauthor=False) / "history.sqlite"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list of runs.

    Attributes:
        id: The run's number.
        began: When, ISO 8601.
        answer: How it ended.
        sentence: Its verdict.
        data: Where its series came from.
    """

    id: int
    began: str
    answer: str
    sentence: str
    data: str


def data_of(document: str) -> str:
    """Where the series of a kept run came from; empty if its document is damaged."""
    try:
        # Not by SQLite, whose JSON knows no infinity.
        return str(json.loads(document)["setup"]["data"])
    except (ValueError, KeyError, TypeError):
        return ""


class History:
    """An open history. Use it as a context."""

    def __init__(self, file: Path) -> None:
        """Opens it, and makes it where there is none.

        Raises:
            UserError: It cannot be opened, is no history, or is of a newer version.
        """
        self.file = file
        refuse_newer(file)
        with explained(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)
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

    def add(self, run: Run, verdict: Verdict) -> int:
        """Keeps a run with all its samples, whole or not at all, and gives its number.

        Raises:
            UserError: It cannot be written.
        """
        document = to_json(dataclasses.replace(run, calls=()))
        with self._writing():
            cursor = self._connection.execute(
                "INSERT INTO run (began, answer, sentence, document) VALUES (?, ?, ?, ?)",
                (run.setup.began, verdict.answer, verdict.sentence, document),
            )
            number = cursor.lastrowid
            self._connection.executemany(
                f"INSERT INTO sample (run, number, {COLUMNS}) VALUES ({', '.join('?' * 13)})",  # noqa: S608
                ((number, place, *row(sample)) for place, sample in enumerate(run.calls)),
            )
        if number is None:
            raise RuntimeError("SQLite gave the run no number")
        return number

    def entries(self) -> list[Entry]:
        """All runs, the newest first.

        Raises:
            UserError: The file cannot be read.
        """
        with explained(self.file):
            rows = self._connection.execute(
                "SELECT id, began, answer, sentence, document FROM run ORDER BY id DESC"
            ).fetchall()
        return [
            Entry(number, began, answer, sentence, data_of(document))
            for number, began, answer, sentence, document in rows
        ]

    def run(self, number: int) -> Run:
        """A run with all its samples.

        Raises:
            UserError: There is no such run, or it cannot be read.
        """
        with explained(self.file):
            found = self._connection.execute(
                "SELECT document FROM run WHERE id = ?", (number,)
            ).fetchone()
            rows = self._connection.execute(
                f"SELECT {COLUMNS} FROM sample WHERE run = ? ORDER BY number",  # noqa: S608
                (number,),
            ).fetchall()
        if found is None:
            raise UserError(
                f"There is no run {number} in the history.",
                "See `chronos-panel history list`.",
            )
        try:
            kept = from_json(Run, found[0])
        except ValueError as error:
            raise UserError(
                f"Run {number} of the history cannot be read: {error}.",
                "It may be of another version of this program.",
            ) from error
        return dataclasses.replace(kept, calls=tuple(sample_of(*fields) for fields in rows))

    def _prepare(self) -> None:
        retried(lambda: self._connection.execute("PRAGMA journal_mode = WAL"))
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise too_new(self.file)
        if version < VERSION:
            with self._writing():
                for statement in TABLES.split(";")[:-1]:
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A scope that is one transaction."""
        with explained(self.file):
            retried(lambda: self._connection.execute("BEGIN IMMEDIATE"))
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def retried(statement: Callable[[], object]) -> None:
    """Tries again while another process holds the file; SQLite itself does not always wait.

    Raises:
        sqlite3.OperationalError: It held it for too long, or something else is wrong.
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


def row(sample: Call) -> tuple[object, ...]:
    """A sample as the table's columns have it."""
    split = sample.split
    return (
        sample.side,
        sample.phase,
        sample.round,
        sample.number,
        sample.input,
        sample.at,
        sample.seconds,
        split.preprocessing,
        split.model,
        split.postprocessing,
        sample.compiled,
    )


def sample_of(  # noqa: PLR0913, PLR0917 - the columns of the table
    side: str,
    phase: str,
    block: int,
    call: int,
    place: int,
    at: float,
    seconds: float,
    preparing: float,
    model: float,
    framing: float,
    compiled: int,
) -> Call:
    """A sample from the table's columns."""
    split = CallSplit(preparing, model, framing)
    return Call(Side(side), Phase(phase), block, call, place, at, seconds, split, compiled)


def refuse_newer(file: Path) -> None:
    """Looks at a file's version before SQLite does, which could leave traces beside it.

    Raises:
        UserError: A newer version of this program wrote it.
    """
    try:
        with file.open("rb") as stream:
            head = stream.read(VERSION_PLACE + 4)
    except OSError:
        return  # what is wrong with it is told when it is opened
    if int.from_bytes(head[VERSION_PLACE:], "big") > VERSION and head.startswith(b"SQLite"):
        raise too_new(file)


def too_new(file: Path) -> UserError:
    """The refusal of a newer file."""
    return UserError(
        f"The history {file} was written by a newer version of this program, and is left as it is.",
        "Update chronos-panel, or move the file away.",
    )


@contextmanager
def explained(file: Path) -> Iterator[None]:
    """A scope in which SQLite's errors become sentences.

    Raises:
        UserError: Something is wrong with the file or its place.
    """
    try:
        yield
    except OSError as error:
        raise UserError(
            f"The history cannot be kept in {file.parent}: {error.strerror}.",
            "Make the folder writable.",
        ) from error
    except sqlite3.Error as error:
        raise UserError(*told(file, error)) from error


def told(file: Path, error: sqlite3.Error) -> tuple[str, str]:
    """An error of SQLite as a sentence and a remedy."""
    name = str(getattr(error, "sqlite_errorname", ""))
    kinds = {
        "SQLITE_FULL": (
            f"The disk is full: nothing could be added to the history {file}.",
            "Free some space.",
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
        "SQLITE_NOTADB": (f"{file} is no history.", "Move it away; a new one is made."),
        "SQLITE_CORRUPT": (f"The history {file} is damaged.", "Move it away; a new one is made."),
    }
    found = next((words for kind, words in kinds.items() if name.startswith(kind)), None)
    return found or (
        f"The history {file} cannot be used: {error}.",
        "Check the disk and the file's permissions.",
    )
