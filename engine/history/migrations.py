"""Bring a history file that an older version wrote to the tables of today."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.base.codec import pack

VERSION = 2
"""Version of the tables that this program writes."""

RUNS = """
CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    began TEXT NOT NULL,
    answer TEXT NOT NULL,
    sentence TEXT NOT NULL,
    data TEXT NOT NULL,
    document BLOB NOT NULL
) STRICT
"""

INSERT = "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
"""An id of None makes SQLite choose the next one."""

# Both are those of version 2, and its steps use them. Other tables in version 3 need other names.


@dataclass(frozen=True, slots=True)
class Step:
    """A way from one version of the tables to another.

    Attributes:
        old: The version that it starts from; 0 is an empty file.
        new: The version that it leads to.
        change: Changes the tables; it runs inside a transaction.
    """

    old: int
    new: int
    change: Callable[[sqlite3.Connection], None]


def version_of(connection: sqlite3.Connection) -> int:
    """Return the version of a file's tables; 0 for an empty file."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables to today's version, inside the transaction that is open.

    The version is read again, because another process may have migrated the file while this one
    waited for its turn.
    """
    while (version := version_of(connection)) < VERSION:
        step = next(step for step in STEPS if step.old == version)
        step.change(connection)
        connection.execute(f"PRAGMA user_version = {step.new}")


def _make_tables(connection: sqlite3.Connection) -> None:
    connection.execute(RUNS)


def _join_calls_into_documents(connection: sqlite3.Connection) -> None:
    """Put the calls of each run into its document.

    Version 1 held benchmarks only: a document as JSON, and a table with a row for each call.
    """
    connection.execute("ALTER TABLE run RENAME TO old_run")
    connection.execute(RUNS)
    rows = connection.execute("SELECT id, began, answer, sentence, document FROM old_run")
    for number, began, answer, sentence, text in rows.fetchall():
        calls = _calls_of_version_1(connection, number)
        document, data = _document_of_version_1(text, calls)
        row = (number, "benchmark", 1, began, answer, sentence, data, document)
        connection.execute(INSERT, row)
    connection.execute("DROP TABLE sample")
    connection.execute("DROP TABLE old_run")


def _calls_of_version_1(connection: sqlite3.Connection, number: int) -> list[dict[str, Any]]:
    names = ("side", "phase", "block", "call", "place", "at", "seconds", "compiled")
    parts = ("preparing", "model", "framing")
    rows = connection.execute(
        f"SELECT {', '.join((*names, *parts))} FROM sample WHERE run = ? ORDER BY number",  # noqa: S608 - the names stand above
        (number,),
    )
    return [
        {
            **dict(zip(names, row[: len(names)], strict=True)),
            "split": dict(zip(parts, row[len(names) :], strict=True)),
        }
        for row in rows
    ]


def _document_of_version_1(text: str, calls: list[dict[str, Any]]) -> tuple[bytes, str]:
    """Return a whole document, and where its series came from.

    A damaged document is kept as it is, and refused when somebody reads it.
    """
    try:
        # The standard library's decoder, because version 1 wrote infinity, which JSON forbids.
        plain = json.loads(text)
        data = str(plain["setup"]["data"])
        return pack({**plain, "samples": calls}), data
    except (ValueError, KeyError, TypeError, RecursionError):
        return text.encode(), ""


STEPS = (
    Step(0, VERSION, _make_tables),
    Step(1, 2, _join_calls_into_documents),
)
