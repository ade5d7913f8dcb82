"""Collect the rows of a file as plain arrays."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.data.options import ReadOptions
from engine.data.parsing.csv_form import CsvForm
from engine.data.parsing.timestamps import (
    NAT,
    ParsedTimestamps,
    is_ambiguous_date,
    offset_nanoseconds,
    parse_clocks,
    parse_numbers,
    parse_texts,
)
from engine.data.tables.blocks import Block, CodedTexts
from engine.data.tables.column_plan import ColumnPlan

Number = TypeVar("Number", np.int32, np.int64)

_DECISIVE = 10
"""Number of dates, valid in one order only, that settle the order."""


@dataclass(slots=True)
class Table:
    """The rows of a file.

    Attributes:
        items: Distinct ids in order of appearance; empty without an id column.
        codes: Shape (rows,), index of each row's id in `items`.
        stamps: Shape (rows,), nanoseconds since the epoch, `NAT` where unreadable; None without a
            timestamp column.
        values: Shape (number columns, rows).
        row_index: Shape (rows,), index of each row in the file; see `LineNumbers`.
    """

    items: list[str]
    codes: NDArray[np.int32]
    stamps: NDArray[np.int64] | None
    values: NDArray[np.float64]
    row_index: NDArray[np.int32]

    def select(self, choice: NDArray[np.integer] | NDArray[np.bool_]) -> None:
        """Keep only some rows, or reorder them."""
        self.codes = self.codes[choice]
        self.values = self.values[:, choice]
        self.row_index = self.row_index[choice]
        if self.stamps is not None:
            self.stamps = self.stamps[choice]


class LineNumbers:
    """A lookup of the line number of each row."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._blocks: list[NDArray[np.int64] | int] = []
        self.rows = 0

    def add(self, block: Block) -> None:
        """Add the rows of the next block."""
        self._starts.append(self.rows)
        self._blocks.append(block.lines)
        self.rows += block.rows

    def of_rows(self, rows: Iterable[int]) -> list[int]:
        """Return the line numbers of some rows."""
        return [self._line(int(row)) for row in rows]

    def _line(self, row: int) -> int:
        index = bisect_right(self._starts, row) - 1
        offset, block = row - self._starts[index], self._blocks[index]
        return block + offset if isinstance(block, int) else int(block[offset])


class TableBuilder:
    """A builder of one table from parsed blocks.

    Attributes:
        lines: Line number of each row.
        offsets: UTC offsets that occur in the timestamps, "" for none.
        stamps: Timestamps of each block, by whether dates are day-first.
    """

    def __init__(self, csv_form: CsvForm, plan: ColumnPlan, options: ReadOptions) -> None:
        self._plan = plan
        self._options = options
        self._items: dict[str, int] = {}
        self._codes: list[NDArray[np.int32]] = []
        self._values: list[NDArray[np.float64]] = []
        self.lines = LineNumbers()
        self.offsets: frozenset[str] = frozenset()
        # Dates such as 01/02/2020 are parsed in both orders until one proves impossible.
        both = options.day_first is None and self._has_ambiguous_dates(csv_form)
        orders = (True, False) if both else (options.day_first is not False,)
        self.stamps: dict[bool, list[NDArray[np.int64]]] = {order: [] for order in orders}

    def add(self, block: Block) -> None:
        """Add the next block."""
        self.lines.add(block)
        if self._plan.id_column is not None:
            self._codes.append(self._item_codes(block.texts[self._plan.id_column]))
        if self._plan.timestamp_column is not None:
            codes, texts = block.texts[self._plan.timestamp_column]
            for day_first, parts in self.stamps.items():
                stamps = self._parse(texts, day_first)[codes]
                if self._plan.clock_column is not None:
                    stamps = _add_clock(stamps, block.texts[self._plan.clock_column])
                parts.append(stamps)
            self._drop_impossible_order()
        self._values.append(block.numbers)

    def _drop_impossible_order(self) -> None:
        """Drop the order in which many dates are invalid."""
        unread = {order: int((parts[-1] == NAT).sum()) for order, parts in self.stamps.items()}
        if len(unread) == 2 and min(unread.values()) == 0 and max(unread.values()) >= _DECISIVE:
            del self.stamps[max(unread, key=lambda order: unread[order])]

    def stamps_by_order(self) -> dict[bool, NDArray[np.int64]]:
        """Return the timestamps of all rows, by whether dates are day-first."""
        return {order: _joined(parts, np.int64) for order, parts in self.stamps.items()}

    def build(self, stamps: NDArray[np.int64] | None) -> Table:
        """Build the table of all blocks, with the chosen timestamps."""
        rows = self.lines.rows
        codes = (
            _joined(self._codes, np.int32)
            if self._plan.id_column is not None
            else np.zeros(rows, np.int32)
        )
        values = np.empty((len(self._plan.number_columns), rows))
        np.concatenate(self._values, axis=1, out=values)
        self._values.clear()
        self._codes.clear()
        return Table(list(self._items), codes, stamps, values, np.arange(rows, dtype=np.int32))

    def _item_codes(self, column: CodedTexts) -> NDArray[np.int32]:
        codes, texts = column
        # The last assignment to an index wins. In reverse order, that is the first appearance.
        first = np.zeros(len(texts), np.int64)
        first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
        known = np.empty(len(texts), np.int32)
        for position in np.argsort(first, kind="stable").tolist():
            item = texts[position].strip()
            known[position] = self._items.setdefault(item, len(self._items))
        return known[codes]

    def _parse(self, texts: Sequence[str], day_first: bool) -> NDArray[np.int64]:
        if self._plan.timestamp_unit is not None:
            return parse_numbers(texts, self._plan.timestamp_unit)
        parsed: ParsedTimestamps = parse_texts(
            [text.strip() for text in texts],
            day_first=day_first,
            pattern=self._options.timestamp_format,
        )
        self.offsets |= parsed.offsets
        return parsed.stamps

    def _has_ambiguous_dates(self, csv_form: CsvForm) -> bool:
        position = self._plan.timestamp_column
        if position is None or self._options.timestamp_format is not None:
            return False
        texts = {row[position].strip() for row in csv_form.rows if position < len(row)}
        return any(is_ambiguous_date(text) for text in texts)


def _add_clock(dates: NDArray[np.int64], clocks: CodedTexts) -> NDArray[np.int64]:
    codes, texts = clocks
    times = parse_clocks(texts)[codes]
    return np.where((dates == NAT) | (times == NAT), NAT, dates + times)


def local_shift(offsets: frozenset[str]) -> int:
    """Return the nanoseconds from UTC to local time, with summer time if the file has any."""
    return max((offset_nanoseconds(offset) for offset in offsets), default=0)


def _joined(parts: list[NDArray[Number]], dtype: type[Number]) -> NDArray[Number]:
    return np.concatenate(parts) if parts else np.empty(0, dtype)
