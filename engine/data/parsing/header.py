"""Detect the header, and name the columns."""

from collections.abc import Sequence
from itertools import pairwise

from engine.data.parsing.cells import is_missing
from engine.data.parsing.names import unique_names
from engine.data.parsing.number_form import NumberForm
from engine.data.parsing.timestamps import is_timestamp

_HEADER_NAMES = frozenset({"id", "item_id", "unique_id", "series_id", "timestamp", "date"})
_MAX_ROWS = 200


def has_header(rows: Sequence[Sequence[str]], form: NumberForm) -> bool:
    """Say whether the first row contains names, where the rows below contain values."""
    first = [cell.strip() for cell in rows[0]]
    if not first[0] and len(first) > 1:
        # The column of a saved index has no name. A data row without its first cell is rarer.
        return True
    if first[0].lower() in _HEADER_NAMES:
        return True
    if _are_consecutive_years(first[1:]) and not _is_value(first[0], form):
        return True
    if len(rows) == 1:
        return not any(_is_value(cell, form) for cell in first)
    return any(
        _is_name(cell, _below(rows, column), form)
        for column, cell in enumerate(first)
        if not is_missing(cell)
    )


def _are_consecutive_years(cells: list[str]) -> bool:
    years = [int(cell) for cell in cells if len(cell) == 4 and cell.isdigit()]
    return len(cells) == len(years) > 1 and all(b == a + 1 for a, b in pairwise(years))


def _below(rows: Sequence[Sequence[str]], column: int) -> list[str]:
    cells = (row[column].strip() for row in rows[1:_MAX_ROWS] if column < len(row))
    return [cell for cell in cells if not is_missing(cell)]


def _is_name(cell: str, below: list[str], form: NumberForm) -> bool:
    if not below:
        return False
    if not _is_value(cell, form):
        return sum(_is_value(one, form) for one in below) * 2 > len(below)
    # Dates above numbers: each column is a time step.
    return is_timestamp(cell) and not form.matches(cell) and all(map(form.matches, below))


def _is_value(cell: str, form: NumberForm) -> bool:
    return form.matches(cell) or is_timestamp(cell)


def column_names(header: Sequence[str], width: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name every column.

    Returns:
        Unique names, shape (width,), and the names that occur more than once in the header.
    """
    given = [
        header[position].strip() if position < len(header) else "" for position in range(width)
    ]
    names, repeated = unique_names(
        name or f"column {position}" for position, name in enumerate(given, 1)
    )
    return tuple(names), tuple(repeated)
