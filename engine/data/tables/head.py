"""A first look at a file: its encoding, its csv_form, and what its columns are."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from engine.base.errors import Cancelled
from engine.data.options import ReadOptions, check_columns, check_options
from engine.data.parsing.compression import open_decompressed
from engine.data.parsing.csv_form import CsvForm, infer_csv_form
from engine.data.parsing.encoding import decode_head, detect_encoding, text_blocks
from engine.data.tables.blocks import count_lines
from engine.data.tables.column_plan import ColumnPlan, plan_columns

_SIZE = 1 << 15
"""Bytes by which a file is judged, or more if its lines are long."""

_LINES = 50
_LARGEST = 1 << 23

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Head:
    """What the first bytes of a file tell.

    Attributes:
        text: The first bytes, decoded; whole lines.
        complete: Whether they are all of the file.
        encoding: Python's name of the encoding.
        csv_form: How the text is cut into fields.
        plan: What the columns are.
    """

    text: str
    complete: bool
    encoding: str
    csv_form: CsvForm
    plan: ColumnPlan


def read_head(path: Path, options: ReadOptions) -> Head:
    """Look at the head of a file.

    Raises:
        UserError: The file or the options cannot be used.
    """
    check_options(options)
    with open_decompressed(path) as source:
        data, complete = _first_bytes(source.stream)
    encoding = options.encoding or detect_encoding(data, path.name)
    text = decode_head(data, encoding, path.name).removeprefix("\ufeff")
    if not complete and "\n" in text:
        text = text[: text.rindex("\n") + 1]
    csv_form = infer_csv_form(text, options, path.name)
    check_columns(options, csv_form.names, path.name)
    return Head(text, complete, encoding, csv_form, plan_columns(csv_form, options, path.name))


def _first_bytes(stream: IO[bytes]) -> tuple[bytes, bool]:
    """Enough bytes for a judgement, and whether they are all there are."""
    data = stream.read(_SIZE)
    while data.count(b"\n") < _LINES and len(data) < _LARGEST:
        more = stream.read(len(data) or 1)
        if not more:
            return data, True
        data += more
    return data, not stream.read(1)


def head_blocks(head: Head) -> Iterator[tuple[bytes, int]]:
    """The data lines of the head as one block, and the number of its first line."""
    first = head.csv_form.first_line
    yield head.text.encode().split(b"\n", first - 1)[-1], first


def file_blocks(
    path: Path, head: Head, progress: Progress | None, cancelled: Cancel
) -> Generator[tuple[bytes, int]]:
    """All data lines in blocks, each with the number of its first line.

    Raises:
        UserError: The file cannot be read to its end.
        UndecodableError: Some bytes are not text in the head's encoding.
        Cancelled: `cancelled` answered true.
    """
    with open_decompressed(path) as source:
        line = 1
        for text in text_blocks(source, head.encoding):
            if cancelled():
                raise Cancelled
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
