"""Whether the first row names the columns, and the names."""

from collections.abc import Sequence
from itertools import pairwise

from engine.data.parsing.cells import is_missing
from engine.data.parsing.number_form import NumberForm
from engine.data.parsing.timestamps import is_timestamp

_CERTAIN_NAMES = frozenset({"id", "item_id", "unique_id", "series_id", "timestamp", "date"})
_ENOUGH = 200


def has_header(rows: Sequence[Sequence[str]], form: NumberForm) -> bool:
    """Whether the first row holds names: where others have values, it has none."""
    first = [cell.strip() for cell in rows[0]]
    if not first[0] and len(first) > 1:
        # A saved index has no name; a row of data without its first cell would be rarer.
        return True
    if first[0].lower() in _CERTAIN_NAMES:
        return True
    if _are_years(first[1:]) and not _is_value(first[0], form):
        return True
    if len(rows) == 1:
        return not any(_is_value(cell, form) for cell in first)
    return any(
        _names_column(cell, _below(rows, column), form)
        for column, cell in enumerate(first)
        if not is_missing(cell)
    )


def _are_years(cells: list[str]) -> bool:
    years = [int(cell) for cell in cells if len(cell) == 4 and cell.isdigit()]
    return len(cells) == len(years) > 1 and all(b == a + 1 for a, b in pairwise(years))


def _below(rows: Sequence[Sequence[str]], column: int) -> list[str]:
    cells = (row[column].strip() for row in rows[1:_ENOUGH] if column < len(row))
    return [cell for cell in cells if not is_missing(cell)]


def _names_column(cell: str, below: list[str], form: NumberForm) -> bool:
    if not below:
        return False
    if not _is_value(cell, form):
        return sum(_is_value(one, form) for one in below) * 2 > len(below)
    # Dates above numbers: each column is a point in time.
    return is_timestamp(cell) and not form.matches(cell) and all(map(form.matches, below))


def _is_value(cell: str, form: NumberForm) -> bool:
    return form.matches(cell) or is_timestamp(cell)


def column_names(header: Sequence[str], width: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name every column.

    Returns:
        Unique names, shape (width,); and the names that the header gives more than once.
    """
    names: dict[str, None] = {}
    repeated_names = []
    for position in range(width):
        given = header[position].strip() if position < len(header) else ""
        name = given or f"column {position + 1}"
        count = 2
        while name in names:
            name = f"{given} ({count})"
            count += 1
        if given and name != given:
            repeated_names.append(given)
        names[name] = None
    return tuple(names), tuple(repeated_names)
