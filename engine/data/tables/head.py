"""Read the head of a file to infer its encoding, form and columns, and split files into blocks."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from engine.base.errors import Cancelled, UserError
from engine.data.options import ReadOptions, check_columns, check_options
from engine.data.parsing.compression import open_decompressed
from engine.data.parsing.csv_form import LONGEST_LINE, LONGEST_ROW, CsvForm, infer_csv_form
from engine.data.parsing.encoding import (
    LongLineError,
    decode_head,
    detect_encoding,
    text_blocks,
    too_long,
)
from engine.data.parsing.fields import parser_delimiter
from engine.data.tables.blocks import count_lines, count_of
from engine.data.tables.column_plan import ColumnPlan, plan_columns

_MIN_SIZE = 1 << 15
"""Bytes to read at least; more if the lines are long."""

_MIN_LINES = 50
_MAX_SIZE = 1 << 23

_EXPANDED, _EXPANSION = 500_000_000, 100
"""Bytes, or times its size, that a compressed file may expand to.

Tables compress tenfold, and a constant column a thousandfold.
"""

_VALUES, _VALUES_A_BYTE = 50_000_000, 10
"""Values that a compressed file may expand to, or for each of its bytes; eight bytes hold each."""

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a file, and the form and columns inferred from it.

    Attributes:
        text: Decoded whole lines.
        complete: Whether the text is the whole file.
        encoding: Encoding, by its Python name.
        csv_form: Delimiter, number form and header.
        plan: Use of each column.
        size: Size of the file on disk in bytes.
    """

    text: str
    complete: bool
    encoding: str
    csv_form: CsvForm
    plan: ColumnPlan
    size: int = 0


def read_head(path: Path, options: ReadOptions) -> Head:
    """Read the head of a file and infer its form and columns.

    Raises:
        UserError: The file or the options are unusable.
    """
    check_options(options)
    with open_decompressed(path) as source:
        data, complete = _first_bytes(source.stream)
        size = source.size
    encoding = options.encoding or detect_encoding(data, path.name)
    text = decode_head(data, encoding, path.name).removeprefix("\ufeff")
    if not complete and "\n" in text:
        text = text[: text.rindex("\n") + 1]
    csv_form = infer_csv_form(text, options, path.name)
    check_columns(options, csv_form.names, path.name)
    plan = plan_columns(csv_form, options, path.name)
    return Head(text, complete, encoding, csv_form, plan, size)


def _first_bytes(stream: IO[bytes]) -> tuple[bytes, bool]:
    """Return enough bytes to infer from, and whether they are the whole file."""
    data = stream.read(_MIN_SIZE)
    while data.count(b"\n") < _MIN_LINES and len(data) < _MAX_SIZE:
        more = stream.read(len(data) or 1)
        if not more:
            return data, True
        data += more
    return data, not stream.read(1)


def head_blocks(head: Head) -> Iterator[tuple[bytes, int]]:
    """Yield the data lines of the head as one block, with the number of its first line."""
    first = head.csv_form.first_line
    yield head.text.encode().split(b"\n", first - 1)[-1], first


def file_blocks(
    path: Path, head: Head, progress: Progress | None, cancelled: Cancel
) -> Generator[tuple[bytes, int]]:
    """Yield all data lines in blocks, each with the number of its first line.

    Raises:
        UserError: Reading the file fails, it shrinks, a line is too long, or a compressed file
            expands too far.
        UndecodableError: Some bytes are invalid in the encoding of the head.
        Cancelled: `cancelled` returned true.
    """
    with open_decompressed(path) as source:
        line = 1
        expanded, values = 0, 0
        longest = LONGEST_ROW if head.plan.rows_as_series else LONGEST_LINE
        try:
            for text in text_blocks(source, head.encoding, longest):
                if cancelled():
                    raise Cancelled
                expanded += len(text)
                if expanded > source.size:
                    values += _count_values(text, head)
                    _refuse_bomb(path, source.size, expanded, values)
                following = line + count_lines(text)
                if line < head.csv_form.first_line:
                    yield (
                        text.split(b"\n", head.csv_form.first_line - line)[-1],
                        head.csv_form.first_line,
                    )
                else:
                    yield text, line
                line = following
                if progress is not None:
                    progress(source.bytes_read, source.size)
        except LongLineError as error:
            raise too_long(line + error.lines_before, path.name, longest) from None
        if source.size_now < head.size:
            raise UserError(
                f"{path.name} became shorter while it was read.",
                "Wait until it is written completely, and read it again.",
            )


def _count_values(text: bytes, head: Head) -> int:
    """Count the values that a block takes memory for."""
    if head.plan.rows_as_series:
        return count_of(text, parser_delimiter(head.csv_form.delimiter))
    # The item, the time and the number of a row need as much as two values.
    return count_lines(text) * (len(head.plan.number_columns) + 2)


def _refuse_bomb(path: Path, size: int, expanded: int, values: int) -> None:
    """Refuse a compressed file that would fill the memory.

    Args:
        path: The file.
        size: Its size in bytes.
        expanded: Bytes that it has expanded to so far.
        values: Values in them.
    """
    if expanded > max(_EXPANDED, _EXPANSION * size) or values > max(_VALUES, _VALUES_A_BYTE * size):
        raise UserError(
            f"{path.name} has {size / 1e6:.2g} MB and expands to more than "
            f"{expanded // 1_000_000:,} MB.",
            "If you trust it, decompress it, and open the result.",
        )
