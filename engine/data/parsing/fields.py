"""Split lines of text into fields."""

import csv
from collections.abc import Iterable, Iterator

from engine.base.errors import UserError
from engine.data.parsing.encoding import UndecodableError

WHITESPACE = " "
"""The delimiter that stands for any run of whitespace."""

SINGLE_COLUMN = ""
"""The delimiter of a file with one column."""

_NEVER = "\x1f"


def parser_delimiter(delimiter: str) -> str:
    """Return a delimiter for parsers that require one: for one column, one that never occurs."""
    return delimiter or _NEVER


def is_blank_or_comment(line: str) -> bool:
    """Say whether a line is blank or a comment."""
    stripped = line.strip()
    return not stripped or stripped.startswith("#")


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
    try:
        lines = text.decode().removesuffix("\n").split("\n")
    except UnicodeDecodeError as error:
        raise UndecodableError from error
    line = first_line - 1
    try:
        for position, row in split_lines(lines, delimiter):
            line = first_line + position
            if lines[position].lstrip().startswith("#"):  # a quoted # is a name
                comments.append(line)
            elif any(cell.strip() for cell in row):
                yield line, row
            elif delimiter == SINGLE_COLUMN and not row:
                # In a single column, a blank line is a missing value.
                yield line, [""]
    except csv.Error as error:
        raise UserError(
            f"{source} cannot be split into fields after line {line}: {error}.",
            "Look for an unmatched quote there, or specify the delimiter.",
        ) from error
