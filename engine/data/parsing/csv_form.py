"""Infer the form of a CSV file: delimiter, decimal mark, header."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from engine.base.errors import UserError
from engine.data.options import ReadOptions
from engine.data.parsing.encoding import too_long
from engine.data.parsing.fields import SINGLE_COLUMN, WHITESPACE, is_blank_or_comment, split_lines
from engine.data.parsing.header import column_names, has_header
from engine.data.parsing.number_form import NumberForm, infer_number_form

_DELIMITERS = (",", ";", "\t", "|")
_MAX_TITLES = 20
_MOST_COLUMNS = 50_000

LONGEST_LINE = 5_000_000
"""Bytes of a line of a table: a hundred for each of the most columns."""

LONGEST_ROW = 50_000_000
"""Bytes of a line that is a series: a year of values every four seconds, of six bytes each."""

_TELLING = 100_000
"""Characters of a line that tell its delimiter."""

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
        widest: Number of fields of the widest row. `names` and `rows` have 50,000 at most.
        long_line: Number of a line that is too long for a table; None if there is none.
    """

    delimiter: str
    number_form: NumberForm
    names: tuple[str, ...]
    has_header: bool
    first_line: int
    rows: list[list[str]]
    title_lines: tuple[int, ...]
    repeated_names: tuple[str, ...]
    widest: int = 0
    long_line: int | None = None


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
    numbers, lines = zip(*numbered, strict=True)
    telling = [line[:_TELLING] for line in lines]
    delimiter = options.delimiter or _delimiter(telling, options.decimal)
    positions, rows = zip(*_split(lines, delimiter), strict=True)
    widest = max(map(len, rows))
    rows = tuple(row[:_MOST_COLUMNS] for row in rows)
    long_line = next((number for number, line in numbered if len(line) > LONGEST_LINE), None)
    skipped = _count_titles(rows)
    body, starts = list(rows[skipped:]), positions[skipped:]
    cells = [cell.strip() for row in body for cell in row]
    form = infer_number_form(cells, delimiter, options.decimal)
    header = has_header(body, form)
    if header and len(body) == 1:
        if long_line is not None:
            raise too_long(long_line, source, LONGEST_LINE)
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
        widest=widest,
        long_line=long_line,
    )


def refuse_wide_table(csv_form: CsvForm, source: str) -> None:
    """Refuse a table with too many columns; rows that are a series each may have more.

    Raises:
        UserError: It has.
    """
    if csv_form.long_line is not None:
        raise too_long(csv_form.long_line, source, LONGEST_LINE)
    if csv_form.widest > _MOST_COLUMNS:
        raise UserError(
            f"{source} has more than {_MOST_COLUMNS:,} columns.",
            "Write one row for each item and timestamp. If each row is a series, specify the "
            "layout 'rows'.",
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
