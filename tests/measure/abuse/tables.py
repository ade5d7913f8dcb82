"""Texts of tables in every layout and style, with hostile cells here and there."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Literal

from tests.measure.abuse.cells import (
    DATES,
    HEADERS,
    MISSING,
    NAMES,
    NUMBERS,
    date,
    hostile_date,
    hostile_number,
)

Rows = list[list[str]]

ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252")
RARE_ENCODINGS = ("latin-1", "utf-7", "cp037", "shift_jis", "gb18030", "utf-16-be", "koi8-r")


@dataclass(slots=True)
class Style:
    """How a table is written.

    Attributes:
        chance: Draws the cells.
        hostile: Share of cells that are hostile.
        delimiter: One character.
        decimal: Decimal mark.
        dates: Notation of the dates.
    """

    chance: Random
    hostile: float
    delimiter: str
    decimal: str
    dates: str

    def number(self) -> str:
        """Return a number, or a hostile cell."""
        if self.chance.random() < self.hostile:
            return hostile_number(self.chance)
        digits = self.chance.choice((0, 2, 6))
        return f"{self.chance.gauss(100, 30):.{digits}f}".replace(".", self.decimal)

    def date(self, day: int) -> str:
        """Return a date, or a hostile cell."""
        if self.chance.random() < self.hostile:
            return hostile_date(self.chance)
        return date(self.dates, day)

    def name(self, index: int) -> str:
        """Return the name of an item."""
        return self.chance.choice(NAMES) if self.chance.random() < 0.3 else f"item {index}"


def long_table(style: Style) -> Rows:
    """One row per item and timestamp."""
    chance = style.chance
    targets = chance.randint(1, 4)
    rows = [["item_id", "timestamp", *(f"value {index}" for index in range(targets))]]
    for index in range(chance.randint(1, 5)):
        name, start = style.name(index), chance.randint(0, 20)
        rows += (
            [name, style.date(day), *(style.number() for _ in range(targets))]
            for day in range(start, start + chance.randint(1, 30))
        )
    return rows


def wide_table(style: Style) -> Rows:
    """One column per item."""
    count = style.chance.randint(1, 8)
    rows = [["date", *(style.name(index) for index in range(count))]]
    rows += (
        [style.date(day), *(style.number() for _ in range(count))]
        for day in range(style.chance.randint(1, 40))
    )
    return rows


def single_column(style: Style) -> Rows:
    """Nothing but numbers."""
    return [["value"], *([style.number()] for _ in range(style.chance.randint(1, 60)))]


def series_in_rows(style: Style) -> Rows:
    """One row per item."""
    chance = style.chance
    return [
        [style.name(index), *(style.number() for _ in range(chance.randint(1, 40)))]
        for index in range(chance.randint(1, 8))
    ]


def anything(style: Style) -> Rows:
    """Cells of every kind everywhere."""
    pools = (NUMBERS, MISSING, NAMES, HEADERS)
    width = style.chance.randint(1, 12)

    def cell() -> str:
        if style.chance.random() < 0.2:
            return style.date(style.chance.randint(0, 40))
        return style.chance.choice(style.chance.choice(pools))

    return [[cell() for _ in range(width)] for _ in range(style.chance.randint(1, 30))]


LAYOUTS: tuple[Callable[[Style], Rows], ...] = (
    long_table,
    wide_table,
    single_column,
    series_in_rows,
    anything,
)


def table_text(chance: Random) -> str:
    """Return the text of a table."""
    style = Style(
        chance,
        hostile=chance.choice((0.0, 0.0, 0.02, 0.2, 0.8)),
        delimiter=chance.choice((",", ",", ";", "\t", "|", " ", ":", "x")),
        decimal=chance.choice((".", ".", ",")),
        dates=chance.choice(DATES),
    )
    rows = _disturbed(chance.choice(LAYOUTS)(style), chance)
    text = io.StringIO()
    quoting: Literal[0, 1] = chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    end = chance.choice(("\n", "\n", "\r\n", "\r", "\n\n"))
    csv.writer(
        text, delimiter=style.delimiter, lineterminator=end, quoting=quoting, escapechar="\\"
    ).writerows(rows)
    return text.getvalue()


def _disturbed(rows: Rows, chance: Random) -> Rows:
    """Lose the header, repeat and shuffle rows, and make some of them ragged."""
    if chance.random() < 0.2:
        rows = rows[1:] or rows
    if chance.random() < 0.1:
        rows[0] = [chance.choice(HEADERS) for _ in rows[0]]
    if chance.random() < 0.1:
        chance.shuffle(rows)
    if chance.random() < 0.1:
        rows += rows[-chance.randint(1, len(rows)) :]
    if chance.random() < 0.1:
        rows = [[chance.choice(NAMES)], *rows]
    if chance.random() < 0.15:
        for row in chance.sample(rows, max(1, len(rows) // 5)):
            del row[chance.randint(0, len(row)) :]
            row.extend([""] * chance.choice((0, 0, 1, 30)))
    return rows


def table(chance: Random) -> bytes:
    """Return a table in some encoding."""
    encoding = chance.choice(ENCODINGS if chance.random() < 0.9 else RARE_ENCODINGS)
    return table_text(chance).encode(encoding, errors="replace")
