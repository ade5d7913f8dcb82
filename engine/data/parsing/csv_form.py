"""Infer the form of a CSV file: delimiter, decimal mark, header."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from engine.base.errors import UserError
from engine.data.options import ReadOptions
from engine.data.parsing.fields import SINGLE_COLUMN, WHITESPACE, is_blank_or_comment, split_lines
from engine.data.parsing.header import column_names, has_header
from engine.data.parsing.number_form import NumberForm, infer_number_form

_DELIMITERS = (",", ";", "\t", "|")
_MAX_TITLES = 20
_LONGEST_LINE = 2_000_000
"""Characters of a line: forty for each of the most columns."""

_MOST_COLUMNS = 50_000

_DIGITS = re.compile(r"\s*[+-]?[\d.,' ]+").fullmatch
_MARKUP = re.compile(r"<(!doctype|\?xml|html|table|[a-z][\w-]*[\s>/])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CsvForm:
    """The form of a CSV file, and its head split into fields.

    Attributes:
        delimiter: One character, `WHITESPACE` or `SINGLE_COLUMN`.
        number_form: Decimal mark and thousands separator.
        names: Column names, unique.
        has_header: Whether the names come from the file.
        first_line: Number of the first data line, counted from 1.
        rows: Data rows of the head; short rows are not padded.
        title_lines: Numbers of the lines of text above the table.
        repeated_names: Names that occur more than once in the header.
    """

    delimiter: str
    number_form: NumberForm
    names: tuple[str, ...]
    has_header: bool
    first_line: int
    rows: list[list[str]]
    title_lines: tuple[int, ...]
    repeated_names: tuple[str, ...]


def infer_csv_form(text: str, options: ReadOptions, source: str) -> CsvForm:
    """Infer the form of a CSV file from its head.

    Raises:
        UserError: The text is empty, has only a header, or is not a table.
    """
    numbered = [
        (number, line)
        for number, line in enumerate(text.split("\n"), 1)
        if not is_blank_or_comment(line)
    ]
    if not numbered:
        raise UserError(f"{source} is empty.", "Check that you exported the right file.")
    _refuse_markup(numbered[0][1], source)
    _refuse_long_lines(numbered, source)
    numbers, lines = zip(*numbered, strict=True)
    delimiter = options.delimiter or _delimiter(lines, options.decimal)
    positions, rows = zip(*_split(lines, delimiter), strict=True)
    skipped = _count_titles(rows)
    body, starts = list(rows[skipped:]), positions[skipped:]
    _refuse_wide(body, source)
    cells = [cell.strip() for row in body for cell in row]
    form = infer_number_form(cells, delimiter, options.decimal)
    header = has_header(body, form)
    if header and len(body) == 1:
        raise UserError(
            f"{source} has a header but no data rows.", "Check that the export is complete."
        )
    width = Counter(len(row) for row in body).most_common(1)[0][0]
    width = max(width, len(body[0])) if header else width
    names, repeated_names = column_names(body[0] if header else [], width)
    return CsvForm(
        delimiter=delimiter,
        number_form=form,
        names=names,
        has_header=header,
        first_line=numbers[starts[1 if header else 0]],
        rows=body[1:] if header else body,
        title_lines=numbers[:skipped],
        repeated_names=repeated_names,
    )


def _refuse_markup(line: str, source: str) -> None:
    start = line.lstrip()
    if start.startswith(("{", "[")):
        raise UserError(f"{source} looks like JSON, not CSV.", "Convert it to CSV.")
    if _MARKUP.match(start):
        raise UserError(
            f"{source} looks like HTML or XML, not CSV.",
            "Check whether your download saved an error page, or export the table as CSV.",
        )


def _refuse_long_lines(numbered: Sequence[tuple[int, str]], source: str) -> None:
    number, line = max(numbered, key=lambda one: len(one[1]))
    if len(line) > _LONGEST_LINE:
        raise UserError(
            f"Line {number} of {source} has more than {_LONGEST_LINE:,} characters.",
            "Check that the file is a table, and that its lines have ends.",
        )


def _refuse_wide(rows: Sequence[list[str]], source: str) -> None:
    if max(map(len, rows)) > _MOST_COLUMNS:
        raise UserError(
            f"{source} has more than {_MOST_COLUMNS:,} columns.",
            "Write one row for each item and timestamp.",
        )


def _split(lines: Sequence[str], delimiter: str) -> list[tuple[int, list[str]]]:
    """Split the head into rows, ignoring errors: reading the whole file reports them."""
    rows: list[tuple[int, list[str]]] = []
    with suppress(csv.Error):
        rows.extend((position, row) for position, row in split_lines(lines, delimiter) if row)
    return rows or [(0, [lines[0]])]


def _rows(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    return [row for _, row in _split(lines, delimiter)]


def _delimiter(lines: Sequence[str], decimal: str | None) -> str:
    """Return the delimiter that splits the lines most evenly into indivisible cells."""
    scores = {}
    for delimiter in _DELIMITERS:
        rows = _rows(lines, delimiter)
        if delimiter == "," and (decimal == "," or _is_column_of_fractions(rows)):
            continue
        scores[delimiter] = _usual_width_share(rows) * _indivisible_share(rows, delimiter)
    best = max(scores, key=lambda delimiter: scores[delimiter])
    if scores[best] > 0:
        return best
    widths = {len(row) for row in _rows(lines, WHITESPACE)}
    return WHITESPACE if len(widths) == 1 and widths != {1} else SINGLE_COLUMN


def _is_column_of_fractions(rows: list[list[str]]) -> bool:
    """Say whether the commas are decimal marks of a single column, under a one-word header."""
    if len(rows) < 2 or len(rows[0]) > 1:
        return False
    return all(len(row) <= 2 and row[-1].strip().isdigit() for row in rows[1:]) and all(
        row[0].strip().lstrip("+-").isdigit() for row in rows[1:]
    )


def _usual_width_share(rows: list[list[str]]) -> float:
    """Return the share of rows with the most common number of fields."""
    counts = Counter(len(row) for row in rows)
    width, usual = counts.most_common(1)[0]
    if width > 1:
        return usual / len(rows)
    # In the rows layout, all rows may differ in length.
    return sum(count for size, count in counts.items() if size > 2) / len(rows) / 2


def _indivisible_share(rows: list[list[str]], delimiter: str) -> float:
    """Return the share of cells that no other delimiter would split further."""
    others = [other for other in _DELIMITERS if other != delimiter]
    cells = [cell for row in rows for cell in row]
    divisible = sum(any(other in cell for other in others) and not _DIGITS(cell) for cell in cells)
    return 1 - divisible / len(cells)


def _count_titles(rows: Sequence[list[str]]) -> int:
    """Count the rows above the table that have a single non-empty cell each."""
    count = 0
    while count < len(rows) and sum(bool(cell.strip()) for cell in rows[count]) == 1:
        count += 1
    return count if count <= _MAX_TITLES and count < len(rows) else 0
