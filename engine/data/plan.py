"""What each column of a file is, judged by its head."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from engine.data.cells import Kind, is_missing
from engine.data.description import Layout
from engine.data.dialect import Dialect
from engine.data.options import ReadOptions
from engine.data.timestamps import is_timestamp, number_unit
from engine.errors import UserError

_ID_NAMES = (
    "item_id",
    "unique_id",
    "series_id",
    "id",
    "symbol",
    "ticker",
    "sku",
    "series",
    "item",
    "product",
    "store",
    "name",
    "key",
)
_TIME_NAMES = frozenset(
    {"timestamp", "datetime", "date_time", "date", "time", "ds", "period", "month", "year"}
    | {"quarter", "week", "day", "hour", "unix", "epoch", "ts", "utc"}
)
_COUNTER_NAMES = frozenset({"", "index", "unnamed: 0", "t", "step", "row", "no", "n", "nr", "time"})


@dataclass(frozen=True, slots=True)
class Plan:
    """How the columns of a table are to be read.

    Attributes:
        rows_as_series: Whether each row is a series.
        id_column: Position of the id, or None.
        timestamp_column: Position of the timestamps, or None.
        timestamp_unit: What numbers in it count (see `number_unit`); None for text.
        number_columns: Positions of the columns to read as numbers.
        text_columns: Positions of columns that are left out because they hold text.
        counter_column: Position of a column that only counts the rows, or None.
    """

    rows_as_series: bool
    id_column: int | None
    timestamp_column: int | None
    timestamp_unit: str | None
    number_columns: tuple[int, ...]
    text_columns: tuple[int, ...]
    counter_column: int | None


def make_plan(dialect: Dialect, options: ReadOptions, source: str) -> Plan:
    """Decide what each column is.

    Raises:
        UserError: No column holds numbers.
    """
    columns = _columns(dialect)
    kinds = [_kind(cells, dialect) for cells in columns]
    names = [name.lower() for name in dialect.names]
    positions = {name: position for position, name in enumerate(dialect.names)}
    counter = _counter_column(columns, dialect)
    timestamp = _timestamp_column(columns, kinds, names, counter, positions, options)
    unit = None
    if timestamp is not None and kinds[timestamp] is Kind.NUMBER and not options.timestamp_format:
        unit = number_unit(columns[timestamp])
    free = [p for p in range(len(columns)) if p not in {timestamp, counter}]
    identity = _id_column(columns, kinds, names, free, timestamp, positions, options)
    rows = _rows_as_series(columns, kinds, dialect, identity, timestamp, options)
    if rows:
        return Plan(True, 0, None, None, (), (), None)
    wanted = {positions[column] for _, column in options.named_columns()}
    rest = [p for p in range(len(columns)) if p not in {timestamp, identity}]
    numbers = [p for p in rest if p in wanted or (p != counter and kinds[p] is not Kind.TEXT)]
    numbers = [p for p in numbers if p in wanted or kinds[p] is not Kind.TIMESTAMP]
    if options.layout == Layout.WIDE and options.target_columns is not None:
        numbers = [p for p in numbers if p in wanted]
    if all(kinds[p] is Kind.BLANK for p in numbers) and not wanted & set(numbers):
        raise UserError(
            f"{source} has no column of numbers.",
            "Check the delimiter and the decimal mark; a table of series needs numbers.",
        )
    return Plan(
        rows_as_series=False,
        id_column=identity,
        timestamp_column=timestamp,
        timestamp_unit=unit,
        number_columns=tuple(numbers),
        text_columns=tuple(p for p in rest if p not in numbers and p != counter),
        counter_column=counter if counter in rest and counter not in numbers else None,
    )


def _columns(dialect: Dialect) -> list[list[str]]:
    width = len(dialect.names)
    return [
        [row[position].strip() if position < len(row) else "" for row in dialect.rows]
        for position in range(width)
    ]


def _kind(cells: list[str], dialect: Dialect) -> Kind:
    present = [cell for cell in cells if not is_missing(cell)]
    if not present:
        return Kind.BLANK
    if sum(dialect.form.matches(cell) for cell in present) * 2 >= len(present):
        return Kind.NUMBER
    if sum(is_timestamp(cell) for cell in present) * 2 > len(present):
        return Kind.TIMESTAMP
    return Kind.TEXT


def _counter_column(columns: list[list[str]], dialect: Dialect) -> int | None:
    """A first column that only counts the rows, as a saved index does."""
    given = dialect.names[0].lower() if dialect.has_header else "?"
    unnamed = given == "column 1" or given in _COUNTER_NAMES
    if len(columns) < 2 or not unnamed or not all(cell.isdigit() for cell in columns[0]):
        return None
    numbers = [int(cell) for cell in columns[0]]
    ascending = all(after == before + 1 for before, after in pairwise(numbers))
    return 0 if ascending and numbers[0] in {0, 1} else None


def _timestamp_column(
    columns: list[list[str]],
    kinds: list[Kind],
    names: list[str],
    counter: int | None,
    positions: dict[str, int],
    options: ReadOptions,
) -> int | None:
    if options.timestamp_column is not None:
        return positions[options.timestamp_column]
    taken = {positions[column] for _, column in options.named_columns()} | {counter}
    free = [p for p in range(len(columns)) if p not in taken]
    texts = [p for p in free if kinds[p] is Kind.TIMESTAMP]
    for position in texts:
        if names[position] in _TIME_NAMES:
            return position
    if texts:
        return texts[0]
    for position in free:
        if names[position] in _TIME_NAMES and number_unit(columns[position]) is not None:
            return position
    if free and free[0] == 0 and len(columns) > 1 and _counts_time(columns[0]):
        return 0
    return None


def _counts_time(cells: list[str]) -> bool:
    """Whether a nameless first column holds times since the epoch or compact dates."""
    if number_unit(cells) in {None, "%Y", "%Y%m"} or len(cells) < 2:
        return False
    numbers = [float(cell) for cell in cells if not is_missing(cell)]
    steps = Counter(after - before for before, after in pairwise(numbers))
    return all(step > 0 for step in steps)


def _id_column(
    columns: list[list[str]],
    kinds: list[Kind],
    names: list[str],
    free: list[int],
    timestamp: int | None,
    positions: dict[str, int],
    options: ReadOptions,
) -> int | None:
    if options.id_column is not None:
        return positions[options.id_column]
    if options.layout in {Layout.WIDE, Layout.SINGLE}:
        return None
    taken = {positions[column] for _, column in options.named_columns()}
    free = [p for p in free if p not in taken and kinds[p] is not Kind.BLANK]
    for name in _ID_NAMES:
        for position in free:
            if names[position] == name and len(columns) > 1:
                return position
    for position in free:
        if names[position].endswith(("_id", " id")):
            return position
    texts = [p for p in free if kinds[p] is Kind.TEXT]
    if timestamp is None:
        return texts[0] if texts and texts[0] == 0 else None
    return _telling_column(columns, texts, columns[timestamp])


def _telling_column(
    columns: list[list[str]], texts: list[int], stamps: list[str]
) -> int | None:
    """The text column that tells the rows of one timestamp apart."""
    if len(set(stamps)) == len(stamps):
        constant = [p for p in texts if len(set(columns[p])) == 1]
        return constant[0] if len(stamps) > 1 and constant else None
    pairs = {p: len(set(zip(columns[p], stamps, strict=True))) for p in texts}
    return max(pairs, key=lambda p: pairs[p]) if pairs else None


def _rows_as_series(
    columns: list[list[str]],
    kinds: list[Kind],
    dialect: Dialect,
    identity: int | None,
    timestamp: int | None,
    options: ReadOptions,
) -> bool:
    if options.layout is not None:
        return options.layout == Layout.ROWS
    if timestamp is not None:
        return False
    if dialect.ragged and not dialect.has_header and len(dialect.rows) > 1:
        widths = [len(row) for row in dialect.rows]
        return max(widths) > 3
    unique = identity == 0 and len(set(columns[0])) == len(columns[0])
    numbers = sum(kind is Kind.NUMBER for kind in kinds[1:])
    return unique and numbers >= 3 and numbers + sum(k is Kind.BLANK for k in kinds[1:]) == len(kinds) - 1
