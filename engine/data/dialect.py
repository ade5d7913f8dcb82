"""How a text is cut into fields: delimiter, decimal mark, header."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.data.cells import NumberForm, is_missing
from engine.data.options import ReadOptions
from engine.data.timestamps import is_timestamp
from engine.errors import UserError

BLANKS = " "
SINGLE_COLUMN = ""
_DELIMITERS = (",", ";", "\t", "|")
_NO_DELIMITER = "\x1f"
_MARKUP = re.compile(r"<(!doctype|\?xml|html|table|[a-z][\w-]*[\s>/])", re.IGNORECASE)
_GROUPED = {
    ",": re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?"),
    ".": re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d*)?"),
    "'": re.compile(r"[+-]?\d{1,3}('\d{3})+([.,]\d*)?"),
    " ": re.compile(r"[+-]?\d{1,3}( \d{3})+([.,]\d*)?"),
}
_ID_OR_TIME_WORDS = frozenset({"id", "item_id", "unique_id", "series_id", "timestamp", "date"})


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text is cut into fields, and its head cut that way.

    Attributes:
        delimiter: One character, `BLANKS` for any run of blanks or `SINGLE_COLUMN`.
        form: How numbers are written.
        names: Names of the columns, unique.
        has_header: Whether the names were read from the file.
        first_line: Number of the first data line, counted from 1.
        rows: The data rows of the head; short ones are not filled up.
        titles: Numbers of lines before the header that were skipped.
        renamed: Names that were given twice.
    """

    delimiter: str
    form: NumberForm
    names: tuple[str, ...]
    has_header: bool
    first_line: int
    rows: list[list[str]]
    titles: tuple[int, ...] = ()
    renamed: tuple[str, ...] = ()
    ragged: bool = field(default=False)


def is_noise(line: str) -> bool:
    """Whether a line is blank or a comment."""
    stripped = line.strip()
    return not stripped or stripped.startswith("#")


def split_line(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Cut lines into fields; a quoted field may span several lines."""
    if delimiter == BLANKS:
        return [line.split() for line in lines]
    return list(csv_rows(lines, delimiter))


def csv_rows(lines: Sequence[str], delimiter: str) -> "csv.Reader":  # type: ignore[name-defined]
    """A reader of delimited lines."""
    return csv.reader(lines, delimiter=delimiter or _NO_DELIMITER, skipinitialspace=True)


def parser_delimiter(delimiter: str) -> str:
    """The delimiter as the parsers want it."""
    return delimiter or _NO_DELIMITER


def sniff(text: str, options: ReadOptions, source: str) -> Dialect:
    """Infer how a text is cut into fields from its head.

    Raises:
        UserError: The text is empty, has only a header, or is no table.
    """
    lines = text.split("\n")
    numbered = [(number, line) for number, line in enumerate(lines, 1) if not is_noise(line)]
    if not numbered:
        raise UserError(f"{source} is empty.", "Check that the right file was exported.")
    _refuse_markup(numbered[0][1], source)
    delimiter = options.delimiter or _delimiter([line for _, line in numbered], options.decimal)
    titles, numbered = _without_titles(numbered, delimiter)
    rows = [row for row in split_line([line for _, line in numbered], delimiter) if row]
    form = _number_form(rows, delimiter, options.decimal)
    has_header = _has_header(rows, form)
    if has_header and len(rows) == 1:
        raise UserError(
            f"{source} has a header but no rows of data.", "Check that the export was complete."
        )
    body = rows[1:] if has_header else rows
    width = _width(rows, has_header)
    names, renamed = _names(rows[0] if has_header else [], width)
    return Dialect(
        delimiter=delimiter,
        form=form,
        names=names,
        has_header=has_header,
        first_line=_first_data_line(numbered, delimiter) if has_header else numbered[0][0],
        rows=body,
        titles=titles,
        renamed=renamed,
        ragged=len({len(row) for row in body}) > 1,
    )


def _refuse_markup(line: str, source: str) -> None:
    start = line.lstrip()
    if start.startswith(("{", "[")):
        raise UserError(f"{source} looks like JSON, not CSV.", "Convert it to a CSV table.")
    if _MARKUP.match(start):
        raise UserError(
            f"{source} looks like HTML or XML, not CSV.",
            "A download may have saved an error page; otherwise export the table as CSV.",
        )


def _delimiter(lines: Sequence[str], decimal: str | None) -> str:
    """The delimiter that cuts the lines most evenly into cells that mean something."""
    scores = {}
    for delimiter in _DELIMITERS:
        rows = split_line(lines, delimiter)
        if delimiter == "," and (decimal == "," or _only_decimal_commas(rows)):
            continue
        scores[delimiter] = _evenness(rows) * _sense(rows, delimiter)
    best = max(scores, key=lambda delimiter: scores[delimiter])
    if scores[best] > 0:
        return best
    rows = split_line(lines, BLANKS)
    body = rows[1:] or rows
    if len({len(row) for row in body}) == 1 and len(body[0]) > 1 and len(rows[0]) == len(body[0]):
        return BLANKS
    return SINGLE_COLUMN


def _only_decimal_commas(rows: list[list[str]]) -> bool:
    """Whether commas sit in the numbers of a single column, under a header of one word."""
    return len(rows) > 1 and len(rows[0]) == 1 and all(len(row) <= 2 for row in rows[1:])


def _evenness(rows: list[list[str]]) -> float:
    counts = Counter(len(row) for row in rows)
    width, share = counts.most_common(1)[0]
    if width > 1:
        return share / len(rows)
    # Rows of series may all differ in length.
    many = sum(count for size, count in counts.items() if size > 2)
    return 0.5 * many / len(rows)


def _sense(rows: list[list[str]], delimiter: str) -> float:
    """The share of cells that are not themselves cut by a stronger delimiter."""
    others = [other for other in ("\t", "|", ";") if other != delimiter]
    cells = [cell for row in rows[:200] for cell in row]
    whole = sum(not any(other in cell for other in others) for cell in cells)
    return whole / max(len(cells), 1)


def _without_titles(
    numbered: list[tuple[int, str]], delimiter: str
) -> tuple[tuple[int, ...], list[tuple[int, str]]]:
    """Separate lines of prose above a table."""
    if delimiter in {SINGLE_COLUMN, BLANKS}:
        return (), numbered
    rows = split_line([line for _, line in numbered], delimiter)
    count = 0
    while count < len(rows) - 1 and sum(bool(cell.strip()) for cell in rows[count]) == 1:
        count += 1
    widest = max((len(row) for row in rows[count:]), default=1)
    if widest == 1 or count > 20:
        return (), numbered
    return tuple(number for number, _ in numbered[:count]), numbered[count:]


def _number_form(rows: list[list[str]], delimiter: str, decimal: str | None) -> NumberForm:
    cells = [cell.strip() for row in rows[:500] for cell in row]
    if decimal is None:
        decimal = _decimal(cells, delimiter)
    for group in (",", ".", "'", " "):
        if group in {decimal, delimiter} and not (group == delimiter == ","):
            continue
        grouped = [cell for cell in cells if _GROUPED[group].fullmatch(cell)]
        if grouped and (group in "' " or _surely_grouped(grouped, group, cells, decimal)):
            return NumberForm(decimal, group)
    return NumberForm(decimal, None)


def _decimal(cells: list[str], delimiter: str) -> str:
    comma, point = NumberForm(",", None), NumberForm(".", None)
    only_comma = sum("," in cell and comma.matches(cell) for cell in cells)
    only_point = sum("." in cell and point.matches(cell) for cell in cells)
    grouped_comma = sum(bool(re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+,\d*", cell)) for cell in cells)
    grouped_point = sum(bool(re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+\.\d*", cell)) for cell in cells)
    if grouped_comma != grouped_point:
        return "," if grouped_comma > grouped_point else "."
    if delimiter == ",":
        # A quoted 1,5 can only be a decimal comma; a quoted 1,500 is more often a thousand.
        fractions = sum(
            "," in cell and comma.matches(cell) and not _GROUPED[","].fullmatch(cell)
            for cell in cells
        )
        return "," if fractions > only_point else "."
    return "," if only_comma > only_point else "."


def _surely_grouped(grouped: list[str], group: str, cells: list[str], decimal: str) -> bool:
    """Whether numbers such as 1,234 are thousands and not fractions."""
    if any(cell.count(group) > 1 or decimal in cell for cell in grouped):
        return True
    return decimal != group and not any(
        group in cell and NumberForm(group, None).matches(cell) and cell not in set(grouped)
        for cell in cells
    )


def _has_header(rows: list[list[str]], form: NumberForm) -> bool:
    first, body = rows[0], rows[1:200]
    if not any(cell.strip() for cell in first):
        return True
    if len(first) > 1 and not first[0].strip():
        return True
    if first[0].strip().lower() in _ID_OR_TIME_WORDS:
        return True
    for column, cell in enumerate(first):
        text = cell.strip()
        below = [row[column].strip() for row in body if column < len(row)]
        below = [cell for cell in below if not is_missing(cell)]
        if is_missing(text) or not below:
            continue
        if not _has_meaning(text, form) and sum(_has_meaning(b, form) for b in below) > len(below) / 2:
            return True
        numbers = sum(form.matches(one) for one in below)
        if is_timestamp(text) and not form.matches(text) and numbers == len(below):
            return True
    return len(rows) == 1 and not any(_has_meaning(cell.strip(), form) for cell in first)


def _has_meaning(text: str, form: NumberForm) -> bool:
    return form.matches(text) or is_timestamp(text)


def _width(rows: list[list[str]], has_header: bool) -> int:
    common = Counter(len(row) for row in rows).most_common(1)[0][0]
    return max(len(rows[0]), common) if has_header else common


def _first_data_line(numbered: list[tuple[int, str]], delimiter: str) -> int:
    """The line after the header, which may span several lines in quotes."""
    if delimiter == BLANKS:
        return numbered[1][0]
    reader = csv_rows([line for _, line in numbered], delimiter)
    next(reader)
    return numbered[min(reader.line_num, len(numbered) - 1)][0]


def _names(header: list[str], width: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names: list[str] = []
    renamed = []
    for position in range(width):
        given = header[position].strip() if position < len(header) else ""
        name = given or f"column {position + 1}"
        count = 2
        while name in names:
            name = f"{given} ({count})"
            count += 1
        if given and name != given:
            renamed.append(given)
        names.append(name)
    return tuple(names), tuple(renamed)
