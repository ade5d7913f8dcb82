"""Files in which each row is a series: an id, then its values."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.base.findings import Severity
from engine.base.wording import are, counted, have
from engine.data.frequency import infer_frequency
from engine.data.parsing.csv_form import CsvForm
from engine.data.parsing.fields import split_block
from engine.data.parsing.number_form import NumberForm, to_numbers
from engine.data.parsing.timestamps import NAT, parse_texts
from engine.data.series import Series
from engine.data.tables.assembling import drop_empty_series
from engine.data.tables.collector import FindingCollector, Occurrences, shown


class RowsLayoutReader:
    """Collects rows as series.

    Attributes:
        ids: The ids in the order of the file.
        values: The values of each row, without missing values at the end.
    """

    def __init__(self, csv_form: CsvForm, source: str) -> None:
        self._csv_form = csv_form
        self._source = source
        self.ids: list[str] = []
        self.values: list[NDArray[np.float64]] = []
        self.wrong = Occurrences()

    def add(self, text: bytes, first_line: int) -> None:
        """Add the rows of a block.

        Raises:
            UndecodableError: The block is not UTF-8.
            UserError: The block cannot be cut into fields.
        """
        for line, row in split_block(text, first_line, self._csv_form.delimiter, self._source):
            values = self._numbers(row[1:], line)
            present = np.flatnonzero(~np.isnan(values))
            self.ids.append(row[0].strip())
            self.values.append(values[: present[-1] + 1] if len(present) else values[:0])

    def _numbers(self, cells: list[str], line: int) -> NDArray[np.float64]:
        values, wrong = self._quick_numbers(cells)
        if values is None:
            values, wrong = to_numbers(cells, self._csv_form.number_form)
        wrong += np.flatnonzero(np.isinf(values)).tolist()
        self.wrong.add(f"line {line}: {shown(cells[position])}" for position in wrong)
        values[wrong] = np.nan
        return values

    def _quick_numbers(self, cells: list[str]) -> tuple[NDArray[np.float64] | None, list[int]]:
        """The numbers of a plain row without blanks, many times faster; None for any other."""
        if self._csv_form.number_form != NumberForm("."):
            return None, []
        try:
            return np.array(list(map(float, cells))), []
        except ValueError:
            return None, []


def rows_to_series(
    reader: RowsLayoutReader, csv_form: CsvForm, frequency: str | None, findings: FindingCollector
) -> tuple[Series, ...]:
    """Make series of the rows that were read.

    Raises:
        UserError: No row has a value.
    """
    count = reader.wrong.count
    if count:
        findings.add(
            Severity.WARNING,
            f"{counted(count, 'value')} {are(count)} not finite and numeric.",
            "Taken as missing.",
            "Check the decimal mark and the delimiter.",
            where=reader.wrong.where,
        )
    ids = _unique(reader.ids, findings)
    times = _header_stamps(csv_form)
    series = [Series(one, values[None]) for one, values in zip(ids, reader.values, strict=True)]
    if times is not None and max(one.length for one in series) <= len(times):
        stamps = times.view("datetime64[ns]")
        found = infer_frequency(times, np.diff(times))
        alias = frequency or (found.alias if found else None)
        series = [replace(one, timestamps=stamps[: one.length], frequency=alias) for one in series]
    observed = [int((~np.isnan(one.targets)).sum()) for one in series]
    return drop_empty_series(series, observed, findings)


def _header_stamps(csv_form: CsvForm) -> NDArray[np.int64] | None:
    """The timestamps in the header above the values, if all of it is timestamps."""
    names = csv_form.names[1:]
    if not csv_form.has_header:
        return None
    texts = [f"{name}-01" if len(name) == 4 and name.isdigit() else name for name in names]
    stamps = parse_texts(texts, day_first=False).stamps
    ascending = (stamps != NAT).all() and (np.diff(stamps) > 0).all()
    return stamps if ascending else None


def _unique(ids: Sequence[str], findings: FindingCollector) -> list[str]:
    """Name the nameless rows, and number the ids that appear again."""
    unique: dict[str, None] = {}
    again = []
    for position, given in enumerate(ids, 1):
        one = name = given or f"row {position}"
        count = 2
        while one in unique:
            one = f"{name} ({count})"
            count += 1
        if one != name:
            again.append(name)
        unique[one] = None
    if again:
        findings.add(
            Severity.WARNING,
            f"{counted(len(again), 'row')} {have(len(again))} the id of an earlier one.",
            "A number was added to such ids.",
            "Give every row its own id.",
            where=again,
        )
    return list(unique)
