"""Split lines of text into fields."""

import csv
import re
from collections.abc import Iterable, Iterator

from engine.base.errors import UserError
from engine.data.parsing.encoding import UndecodableError

WHITESPACE = " "
"""The delimiter that stands for any run of whitespace."""

SINGLE_COLUMN = ""
"""The delimiter of a file with one column."""

_NEVER = "\x1f"

_PART = 1 << 20
"""Characters of a long line that are split at once: its fields take twenty times as much memory."""


def parser_delimiter(delimiter: str) -> str:
    """Return a delimiter for parsers that require one: for one column, one that never occurs."""
    return delimiter or _NEVER


def is_blank_or_comment(line: str) -> bool:
    """Say whether a line is blank or a comment."""
    return not line.strip() or _is_comment(line)


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")  # a quoted # is a name


def split_lines(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Split lines into rows of fields; a quoted field may span several lines.

    Yields:
        The index of a row's first line, and its fields; a blank line has no fields.

    Raises:
        csv.Error: A line cannot be split.
    """
    if delimiter == WHITESPACE:
        yield from ((position, line.split()) for position, line in enumerate(lines))
        return
    ended = (f"{line}\n" for line in lines)
    reader = csv.reader(ended, delimiter=parser_delimiter(delimiter), skipinitialspace=True)
    start = 0
    for row in reader:
        yield start, row
        start = reader.line_num


def split_block(
    text: bytes, first_line: int, delimiter: str, source: str, comments: list[int]
) -> Iterator[tuple[int, list[str]]]:
    """Split a block of UTF-8 text into rows, without blank lines and comments.

    Args:
        text: Whole lines.
        first_line: Number of the first one.
        delimiter: Delimiter of the file.
        source: Name of the file, for errors.
        comments: Receives the numbers of the lines that are comments.

    Yields:
        The number of a row's first line, and its fields.

    Raises:
        UndecodableError: The text is not UTF-8.
        UserError: A line cannot be split.
    """
    lines = _decoded(text).removesuffix("\n").split("\n")
    line = first_line - 1
    try:
        for position, row in split_lines(lines, delimiter):
            line = first_line + position
            if _is_comment(lines[position]):
                comments.append(line)
            elif any(cell.strip() for cell in row):
                yield line, row
            elif delimiter == SINGLE_COLUMN and not row:
                # In a single column, a blank line is a missing value.
                yield line, [""]
    except csv.Error as error:
        raise _unsplittable(source, line, error) from error


def split_long_lines(
    text: bytes, first_line: int, delimiter: str, source: str, comments: list[int]
) -> Iterator[tuple[int, Iterator[list[str]]]]:
    """Split a block as `split_block` does, and each line into parts that need little memory.

    Args:
        text: As for `split_block`; no field spans several lines.
        first_line: As for `split_block`.
        delimiter: As for `split_block`.
        source: As for `split_block`.
        comments: As for `split_block`.

    Yields:
        The number of a line, and its fields, some hundred thousand at a time.

    Raises:
        UndecodableError: The text is not UTF-8.
        UserError: A line cannot be split.
    """
    number, start = first_line, 0
    while start < len(text):
        end = text.find(b"\n", start)
        end = len(text) if end < 0 else end
        line = _decoded(text[start:end])
        if _is_comment(line):
            comments.append(number)
        elif line and not line.isspace():
            yield number, _parts(line, number, delimiter, source)
        number, start = number + 1, end + 1


def _parts(line: str, number: int, delimiter: str, source: str) -> Iterator[list[str]]:
    """Yield the fields of a line in parts."""
    start = 0
    try:
        while start <= len(line):
            end = _end_of_part(line, start, delimiter)
            for _, fields in split_lines([line[start:end]], delimiter):
                yield fields if fields or delimiter == WHITESPACE else [""]
            start = end + 1
    except csv.Error as error:
        raise _unsplittable(source, number - 1, error) from error


def _end_of_part(line: str, start: int, delimiter: str) -> int:
    """Return the position of a delimiter outside of quotes, or the end of the line.

    Raises:
        csv.Error: A quote is not closed.
    """
    pattern = re.compile(r"\s" if delimiter == WHITESPACE else re.escape(delimiter or _NEVER))
    end, quotes = start, 0
    while end < len(line):
        found = pattern.search(line, max(end + 1, start + _PART))
        following = found.start() if found else len(line)
        quotes += line.count('"', end, following)
        end = following
        if quotes % 2 == 0 or delimiter == WHITESPACE:
            return end
        if end - start > _PART + csv.field_size_limit():
            break
    if quotes % 2:
        raise csv.Error("a quote is not closed")
    return end


def _decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise UndecodableError from error


def _unsplittable(source: str, line: int, error: csv.Error) -> UserError:
    return UserError(
        f"{source} cannot be split into fields after line {line}: {error}.",
        "Look for an unmatched quote there, or specify the delimiter.",
    )
