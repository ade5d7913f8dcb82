"""Files in which each row is a series: an id, then its values."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.data.cells import to_numbers
from engine.data.dialect import BLANKS, Dialect, csv_rows, is_noise
from engine.data.frequency import infer_frequency
from engine.data.problems import Problems, Spots, counted
from engine.data.series import Series
from engine.data.timestamps import NAT, parse_texts
from engine.errors import UserError
from engine.findings import Severity


class RowsReader:
    """Collects rows as series.

    Attributes:
        ids: The ids in the order of the file.
        values: The values of each row, without missing values at the end.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self.ids: list[str] = []
        self.values: list[NDArray[np.float64]] = []
        self.wrong = Spots()

    def add(self, text: bytes, first_line: int) -> None:
        """Add the rows of a block."""
        for number, line in enumerate(text.decode().split("\n"), first_line):
            if not is_noise(line):
                self._add_row(line, number)

    def _add_row(self, line: str, number: int) -> None:
        delimiter = self._dialect.delimiter
        cells = line.split() if delimiter == BLANKS else next(csv_rows([line], delimiter))
        if len(cells) < 2:
            return
        values = self._numbers(cells[1:], number)
        present = np.flatnonzero(~np.isnan(values))
        self.ids.append(cells[0].strip())
        self.values.append(values[: present[-1] + 1] if len(present) else values[:0])

    def _numbers(self, cells: list[str], number: int) -> NDArray[np.float64]:
        if self._dialect.form.decimal == "." and not self._dialect.form.thousands:
            try:
                values = np.array(list(map(float, cells)))
            except ValueError:
                pass
            else:
                return np.where(np.isinf(values), np.nan, values)
        values, wrong = to_numbers(cells, self._dialect.form)
        self.wrong.add(f"line {number}: {cells[place]!r}" for place in wrong)
        values[np.isinf(values)] = math.nan
        return values


def rows_to_series(
    reader: RowsReader, dialect: Dialect, frequency: str | None, problems: Problems
) -> tuple[Series, ...]:
    """Make series of the rows that were read.

    Raises:
        UserError: There is no row, or none has a value.
    """
    if reader.wrong.count:
        problems.add(
            Severity.WARNING,
            f"{counted(reader.wrong.count, 'value')} are not numbers.",
            "They were taken as missing.",
            "Check the decimal mark and the delimiter.",
            where=reader.wrong.where,
        )
    ids = _unique(reader.ids, problems)
    filled = [(one, values) for one, values in zip(ids, reader.values, strict=True) if len(values)]
    _report_lengths(ids, reader.values, problems)
    if not filled:
        raise UserError(
            f"No row of {problems.source} has an id and a value.",
            "Check the delimiter and the decimal mark.",
        )
    stamps = _header_stamps(dialect)
    if stamps is None or max(len(values) for _, values in filled) > len(stamps):
        return tuple(Series(one, values[None]) for one, values in filled)
    if frequency is None:
        found = infer_frequency(stamps, np.diff(stamps))
        frequency = found.alias if found else None
    times = stamps.view("datetime64[ns]")
    return tuple(
        Series(one, values[None], times[: len(values)], frequency) for one, values in filled
    )


def _header_stamps(dialect: Dialect) -> NDArray[np.int64] | None:
    """The timestamps in the header above the values, if all of it is timestamps."""
    names = dialect.names[1:]
    if not dialect.has_header:
        return None
    texts = [f"{name}-01" if len(name) == 4 and name.isdigit() else name for name in names]
    stamps = parse_texts(texts, day_first=False).stamps
    ascending = (stamps != NAT).all() and (np.diff(stamps) > 0).all()
    return stamps if ascending else None


def _unique(ids: Sequence[str], problems: Problems) -> list[str]:
    """Number the ids that appear again."""
    seen: dict[str, int] = {}
    unique = []
    again = []
    for position, given in enumerate(ids, 1):
        one = given or f"row {position}"
        seen[one] = seen.get(one, 0) + 1
        if seen[one] > 1:
            again.append(one)
            one = f"{one} ({seen[one]})"
        unique.append(one)
    if again:
        problems.add(
            Severity.WARNING,
            f"{counted(len(again), 'row')} repeat the id of an earlier one.",
            "A number was added to their ids.",
            "Give every row its own id.",
            where=again,
        )
    return unique


def _report_lengths(
    ids: Sequence[str], values: Iterable[NDArray[np.float64]], problems: Problems
) -> None:
    lengths = [int((~np.isnan(one)).sum()) for one in values]
    empty = [one for one, length in zip(ids, lengths, strict=True) if length == 0]
    short = [one for one, length in zip(ids, lengths, strict=True) if 0 < length < 3]
    if empty:
        problems.add(
            Severity.WARNING,
            f"{counted(len(empty), 'item')} have no value at all.",
            "They were left out.",
            where=empty,
        )
    if short:
        problems.add(
            Severity.WARNING,
            f"{counted(len(short), 'item')} have fewer than 3 values.",
            remedy="A forecast from so few values is little more than a guess: add history.",
            where=short,
        )
