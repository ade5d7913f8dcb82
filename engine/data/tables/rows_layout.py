"""Read files of the rows layout: each row is a series, an id followed by its values."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.base.findings import Severity
from engine.base.wording import counted, have
from engine.data.frequency import infer_frequency
from engine.data.parsing.csv_form import CsvForm
from engine.data.parsing.encoding import BLOCK
from engine.data.parsing.fields import split_block, split_long_lines
from engine.data.parsing.names import unique_names
from engine.data.parsing.number_form import NumberForm, to_numbers
from engine.data.parsing.timestamps import NAT, parse_texts
from engine.data.series import Series
from engine.data.tables.assembling import drop_empty_series
from engine.data.tables.collector import FindingCollector, Occurrences, it_or_they, quoted
from engine.data.tables.file_findings import report_comments

_LONG_BLOCK = 2 * BLOCK
"""Bytes of a block that a long line made so large."""


class RowsLayoutReader:
    """A reader that collects rows as series.

    Attributes:
        ids: Ids in file order.
        values: Values of each row, without missing values at the end.
        non_numeric: Cells that are not finite numbers.
        comments: Lines after the first row that are left out as comments.
    """

    def __init__(self, csv_form: CsvForm, source: str) -> None:
        self._csv_form = csv_form
        self._source = source
        self.ids: list[str] = []
        self.values: list[NDArray[np.float64]] = []
        self.non_numeric = Occurrences()
        self.comments = Occurrences()

    def add(self, text: bytes, first_line: int) -> None:
        """Add the rows of a block.

        Raises:
            UndecodableError: The block is not UTF-8.
            UserError: The block cannot be split into fields.
        """
        comments: list[int] = []
        how = (first_line, self._csv_form.delimiter, self._source, comments)
        if len(text) > _LONG_BLOCK:
            for line, parts in split_long_lines(text, *how):
                self._add_row(line, parts)
        else:
            for line, fields in split_block(text, *how):
                self._add_row(line, (fields,))
        self.comments.add(f"line {comment}" for comment in comments)

    def _add_row(self, line: int, parts: Iterable[list[str]]) -> None:
        """Add a row whose fields come in parts."""
        values: list[NDArray[np.float64]] = []
        for fields in filter(None, parts):
            if not values:
                self.ids.append(fields.pop(0).strip())
            values.append(self._numbers(fields, line))
        row = np.concatenate(values)
        present = np.flatnonzero(~np.isnan(row))
        self.values.append(row[: present[-1] + 1] if len(present) else row[:0])

    def _numbers(self, cells: list[str], line: int) -> NDArray[np.float64]:
        values, wrong = self._plain_numbers(cells)
        if values is None:
            values, wrong = to_numbers(cells, self._csv_form.number_form)
        wrong += np.flatnonzero(np.isinf(values)).tolist()
        self.non_numeric.add(f"line {line}: {quoted(cells[position])}" for position in wrong)
        values[wrong] = np.nan
        return values

    def _plain_numbers(self, cells: list[str]) -> tuple[NDArray[np.float64] | None, list[int]]:
        """Parse a row of plain numbers without empty cells, much faster; None for any other."""
        if self._csv_form.number_form != NumberForm("."):
            return None, []
        try:
            return np.array(list(map(float, cells))), []
        except ValueError:
            return None, []


def rows_to_series(
    reader: RowsLayoutReader, csv_form: CsvForm, frequency: str | None, findings: FindingCollector
) -> tuple[Series, ...]:
    """Make series from the rows.

    Raises:
        UserError: No row has any values.
    """
    report_comments(reader.comments, findings)
    count = reader.non_numeric.count
    if count:
        findings.add(
            Severity.WARNING,
            f"{counted(count, 'value')} "
            f"{'is not a finite number' if count == 1 else 'are not finite numbers'}.",
            f"{it_or_they(count)} read as missing.",
            "Check the decimal mark and the delimiter.",
            where=reader.non_numeric.where,
        )
    ids = _unique(reader.ids, findings)
    times = _header_stamps(csv_form)
    if times is not None and csv_form.widest > len(csv_form.names):
        findings.add(
            Severity.ADVICE,
            f"The header has more than {len(csv_form.names):,} names.",
            "Its timestamps are not read.",
            "To keep them, write one row for each item and timestamp.",
        )
    series = [Series(one, values[None]) for one, values in zip(ids, reader.values, strict=True)]
    if times is not None and max(one.length for one in series) <= len(times):
        stamps = times.view("datetime64[ns]")
        found = infer_frequency(times, np.diff(times))
        alias = frequency or (found.alias if found else None)
        series = [replace(one, timestamps=stamps[: one.length], frequency=alias) for one in series]
    observed = [int((~np.isnan(one.targets)).sum()) for one in series]
    return drop_empty_series(series, observed, findings)


def _header_stamps(csv_form: CsvForm) -> NDArray[np.int64] | None:
    """Return the timestamps in the header, if every name above the values is one."""
    names = csv_form.names[1:]
    if not csv_form.has_header:
        return None
    texts = [f"{name}-01" if len(name) == 4 and name.isdigit() else name for name in names]
    stamps = parse_texts(texts, day_first=False).stamps
    ascending = (stamps != NAT).all() and (np.diff(stamps) > 0).all()
    return stamps if ascending else None


def _unique(ids: Sequence[str], findings: FindingCollector) -> list[str]:
    """Name rows without an id, and number repeated ids."""
    unique, repeated = unique_names(given or f"row {row}" for row, given in enumerate(ids, 1))
    if repeated:
        findings.add(
            Severity.WARNING,
            f"{counted(len(repeated), 'row')} {have(len(repeated))} the id of an earlier row.",
            "A number is added to each repeat.",
            "Give every row a unique id.",
            where=repeated,
        )
    return unique
