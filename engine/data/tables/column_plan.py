"""Infer the use of each column from the head of a file."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from engine.base.errors import UserError
from engine.base.escaping import quoted
from engine.data.description import Layout
from engine.data.options import ReadOptions
from engine.data.parsing.cells import Kind, is_missing
from engine.data.parsing.csv_form import CsvForm, refuse_wide_table
from engine.data.parsing.timestamps import infer_number_unit, is_clock, is_timestamp

_ID_NAMES = ("item_id", "unique_id", "series_id", "id", "symbol", "ticker", "sku")
_WEAK_ID_NAMES = ("series", "item", "product", "store", "name", "key")
_TIME_NAMES = frozenset(
    {"timestamp", "datetime", "date_time", "date", "time", "ds", "period", "month", "year"}
    | {"quarter", "week", "day", "hour", "unix", "epoch", "ts", "utc"}
)
_COUNTER_NAMES = _TIME_NAMES | {"index", "unnamed: 0", "t", "step", "row", "no", "n", "nr"}
_MIN_ROW_WIDTH = 3


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """The use of each column, identified by its position in the file.

    Attributes:
        rows_as_series: Whether each row is a series; the other fields are then empty.
        id_column: Column of ids, or None.
        timestamp_column: Column of timestamps, or None.
        timestamp_unit: Unit of numeric timestamps (see `infer_number_unit`); None for text.
        clock_column: Column of times of day that belong to the dates of the timestamp column.
        number_columns: Columns to read as numbers.
        text_columns: Columns that are left out because they contain text.
        counter_columns: Columns that are left out because they only number the rows.
    """

    rows_as_series: bool = False
    id_column: int | None = None
    timestamp_column: int | None = None
    timestamp_unit: str | None = None
    clock_column: int | None = None
    number_columns: tuple[int, ...] = ()
    text_columns: tuple[int, ...] = ()
    counter_columns: tuple[int, ...] = ()

    @property
    def read_as_text(self) -> tuple[int, ...]:
        """Return the columns of ids, timestamps and times of day that there are."""
        columns = (self.id_column, self.timestamp_column, self.clock_column)
        return tuple(position for position in columns if position is not None)


def plan_columns(csv_form: CsvForm, options: ReadOptions, source: str) -> ColumnPlan:
    """Infer the use of each column.

    Raises:
        UserError: No column contains numbers, there are too many columns, or the options leave out
            columns of the rows layout.
    """
    return _Planner(csv_form, options).plan(source)


class _Planner:
    def __init__(self, csv_form: CsvForm, options: ReadOptions) -> None:
        self._csv_form = csv_form
        self._options = options
        self._positions = {name: position for position, name in enumerate(csv_form.names)}
        self._names = [name.lower() for name in csv_form.names]
        self._columns = [
            [row[position].strip() if position < len(row) else "" for row in csv_form.rows]
            for position in range(len(csv_form.names))
        ]
        self._kinds = [self._kind(cells) for cells in self._columns]
        self._left_out = {self._positions[name] for name in options.left_out_columns or ()}
        named = {self._positions[column] for _, column in options.named_columns()}
        self._named = named - self._left_out
        every = range(len(csv_form.names))
        self._counters = tuple(position for position in every if self._numbers_rows(position))
        self._free = [p for p in every if p not in named and p not in self._counters]

    def plan(self, source: str) -> ColumnPlan:
        timestamp = self._timestamp_column()
        clock = self._clock_column(timestamp)
        identity = self._id_column(timestamp, clock)
        if self._rows_are_series(identity, timestamp):
            if self._left_out:
                raise UserError(
                    f"Each row of {source} is a series, so no column can be left out.",
                    "Keep all columns, or specify another layout.",
                )
            return ColumnPlan(rows_as_series=True)
        refuse_wide_table(self._csv_form, source)
        unit = None
        if timestamp is not None and self._kinds[timestamp] is Kind.NUMBER:
            unit = infer_number_unit(self._columns[timestamp])
        used = {timestamp, clock, identity, *self._counters, *self._left_out}
        readable = [position for position in range(len(self._names)) if position not in used]
        self._refuse_text([position for position in readable if position in self._named], source)
        numbers = [position for position in readable if self._is_numeric(position)]
        if not any(p in self._named or self._kinds[p] is Kind.NUMBER for p in numbers):
            raise self._no_numbers_error(source)
        return ColumnPlan(
            id_column=identity,
            timestamp_column=timestamp,
            timestamp_unit=None if self._options.timestamp_format else unit,
            clock_column=clock,
            number_columns=tuple(numbers),
            text_columns=tuple(p for p in readable if not self._is_numeric(p)),
            counter_columns=self._counters,
        )

    def _refuse_text(self, chosen: list[int], source: str) -> None:
        """Refuse targets and covariates without any number in the head of the file."""
        for position in chosen:
            words = [cell for cell in self._columns[position] if not is_missing(cell)]
            if words and not any(map(self._csv_form.number_form.matches, words)):
                name = quoted(self._csv_form.names[position])
                raise UserError(
                    f"Column {name} of {source} contains text such as "
                    f"{quoted(words[0])}, not numbers.",
                    "Choose numeric columns as targets and covariates, or check the decimal mark.",
                )

    def _no_numbers_error(self, source: str) -> UserError:
        """Return the error that says why there is nothing to forecast."""
        given = self._named | self._left_out
        elsewhere = [
            quoted(name)
            for position, name in enumerate(self._csv_form.names)
            if position in given and self._kinds[position] is Kind.NUMBER
        ]
        if elsewhere:
            return UserError(
                f"{source} has no numeric column to forecast: {', '.join(elsewhere)} "
                f"{'has another role' if len(elsewhere) == 1 else 'have other roles'}.",
                "Choose another id or timestamp column, or leave out fewer columns.",
            )
        return UserError(
            f"{source} has no numeric column.",
            "Check the delimiter and the decimal mark.",
        )

    def _kind(self, cells: list[str]) -> Kind:
        # Ids and timestamps recur; each text is examined once.
        present = {cell: count for cell, count in Counter(cells).items() if not is_missing(cell)}
        if not present:
            return Kind.BLANK
        matches, all_cells = self._csv_form.number_form.matches, sum(present.values())
        if sum(count for cell, count in present.items() if matches(cell)) * 2 >= all_cells:
            return Kind.NUMBER
        if sum(count for cell, count in present.items() if is_timestamp(cell)) * 2 > all_cells:
            return Kind.TIMESTAMP
        return Kind.TEXT

    def _is_numeric(self, position: int) -> bool:
        if position in self._named:
            return True
        if self._options.layout == Layout.WIDE and self._options.target_columns is not None:
            return False
        return self._kinds[position] in {Kind.NUMBER, Kind.BLANK}

    def _numbers_rows(self, position: int) -> bool:
        """Say whether a column only numbers the rows, of the whole table or of each item."""
        cells = self._columns[position]
        named = position in self._named or position in self._left_out
        if named or not self._csv_form.has_header or len(self._columns) < 2:
            return False
        unnamed = position == 0 and self._names[0] == "column 1"
        if not (unnamed or self._names[position] in _COUNTER_NAMES) or len(cells) < 2:
            return False
        if not all(map(str.isdecimal, cells)) or int(cells[0]) not in {0, 1}:
            return False
        return all(int(b) == int(a) + 1 or int(b) in {0, 1} for a, b in pairwise(cells))

    def _timestamp_column(self) -> int | None:
        if self._options.timestamp_column is not None:
            return self._positions[self._options.timestamp_column]
        if self._options.layout == Layout.ROWS:
            return None
        free = self._free
        texts = [position for position in free if self._kinds[position] is Kind.TIMESTAMP]
        named = [position for position in texts if self._names[position] in _TIME_NAMES]
        if texts:
            return (named or texts)[0]
        for position in free:
            if self._names[position] in _TIME_NAMES and infer_number_unit(self._columns[position]):
                return position
        return 0 if 0 in free and self._contains_epoch_times(self._columns[0]) else None

    def _contains_epoch_times(self, cells: list[str]) -> bool:
        """Say whether the first column, of any name, contains epoch times or compact dates."""
        if len(self._columns) < 2 or len(cells) < 2:
            return False
        if infer_number_unit(cells) in {None, "%Y", "%Y%m"}:
            return False
        numbers = [float(cell) for cell in cells if not is_missing(cell)]
        return all(before < after for before, after in pairwise(numbers))

    def _clock_column(self, timestamp: int | None) -> int | None:
        """Find the column of times of day that belongs to a column of dates."""
        if timestamp is None or any(":" in cell for cell in self._columns[timestamp]):
            return None
        clocks = [p for p in self._free if p != timestamp and all(map(is_clock, self._columns[p]))]
        return clocks[0] if clocks else None

    def _id_column(self, timestamp: int | None, clock: int | None) -> int | None:
        if self._options.id_column is not None:
            return self._positions[self._options.id_column]
        if self._options.layout in {Layout.WIDE, Layout.SINGLE} or len(self._columns) == 1:
            return None
        free = [p for p in self._free if p not in {timestamp, clock}]
        # An id may look like a missing value: NA is Namibia. An empty cell is no id.
        free = [position for position in free if any(map(str.strip, self._columns[position]))]
        texts = [position for position in free if self._kinds[position] is Kind.TEXT]
        stamps = self._stamps(timestamp, clock)
        repeated = len(set(stamps)) < len(stamps)
        # Without stamps, a column such as "item" with recurring numbers identifies items too.
        identifying = [
            position
            for position in free
            if repeated
            or self._kinds[position] is Kind.TEXT
            or (timestamp is None and self._recurs(position))
        ]
        for names, positions in ((_ID_NAMES, free), (_WEAK_ID_NAMES, identifying)):
            for name in names:
                found = [position for position in positions if self._names[position] == name]
                if found:
                    return found[0]
        for position in free:
            if self._names[position].endswith(("_id", " id")):
                return position
        if timestamp is None:
            return 0 if 0 in texts else None
        return self._identifying_column(texts, stamps)

    def _recurs(self, position: int) -> bool:
        cells = self._columns[position]
        return len(set(cells)) < len(cells)

    def _stamps(self, timestamp: int | None, clock: int | None) -> list[str]:
        if timestamp is None or clock is None:
            return [] if timestamp is None else self._columns[timestamp]
        pairs = zip(self._columns[timestamp], self._columns[clock], strict=True)
        return [f"{date} {time}" for date, time in pairs]

    def _identifying_column(self, texts: list[int], stamps: list[str]) -> int | None:
        """Find the text column that best distinguishes the rows of one timestamp."""
        if len(set(stamps)) == len(stamps):
            constant = [position for position in texts if len(set(self._columns[position])) == 1]
            return constant[0] if constant and len(stamps) > 1 else None
        pairs = {p: len(set(zip(self._columns[p], stamps, strict=True))) for p in texts}
        return max(pairs, key=lambda position: pairs[position]) if pairs else None

    def _rows_are_series(self, identity: int | None, timestamp: int | None) -> bool:
        if self._options.layout is not None:
            return self._options.layout == Layout.ROWS
        if timestamp is not None or self._named:
            return False
        widths = {len(row) for row in self._csv_form.rows}
        if len(widths) > 1 and not self._csv_form.has_header:
            return max(widths) > _MIN_ROW_WIDTH
        cells = self._columns[0]
        kinds = self._kinds[1:]
        return (
            identity == 0
            and len(set(cells)) == len(cells)
            and kinds.count(Kind.NUMBER) >= _MIN_ROW_WIDTH
            and set(kinds) <= {Kind.NUMBER, Kind.BLANK}
        )
