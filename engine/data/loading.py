"""Load and describe CSV files."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from os import PathLike
from pathlib import Path

from engine.data.description import FileDescription
from engine.data.options import ReadOptions
from engine.data.origin import Origin
from engine.data.parsing.encoding import UndecodableError, undecodable
from engine.data.series import SeriesSet
from engine.data.tables.head import Progress, file_blocks, head_blocks, read_head
from engine.data.tables.reading import read_blocks

_INFERRED = ReadOptions()
_FALLBACK_ENCODINGS = ("utf-8", "cp1252", "latin-1")


def load(
    path: str | PathLike[str],
    options: ReadOptions = _INFERRED,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> SeriesSet:
    """Load a CSV file, compressed or not, as named series.

    Args:
        path: The file.
        options: Known properties of the file; the rest is inferred.
        progress: Called with the number of bytes read so far and the size of the file.
        cancelled: Called after every few megabytes; loading stops if it returns true.

    Raises:
        UserError: The file or the options are unusable.
        Cancelled: `cancelled` returned true.
    """
    path = Path(path)
    head = read_head(path, options)
    encodings: tuple[str, ...] = (head.encoding,)
    if options.encoding is None and head.encoding in _FALLBACK_ENCODINGS:
        # Accents may follow a head in plain ASCII.
        encodings = _FALLBACK_ENCODINGS[_FALLBACK_ENCODINGS.index(head.encoding) :]
    for encoding in encodings:
        head = replace(head, encoding=encoding)
        with closing(file_blocks(path, head, progress, cancelled)) as blocks:
            try:
                return read_blocks(Origin.of_file(path), head, blocks, options, cancelled)
            except UndecodableError:
                continue
    raise undecodable(path.name, head.encoding)


def describe(path: str | PathLike[str], options: ReadOptions = _INFERRED) -> FileDescription:
    """Describe how a file would be read, judging by its head.

    Only `load` sees the end of a file, where known covariates continue: its description may
    differ from this one.

    Raises:
        UserError: The file or the options are unusable.
    """
    path = Path(path)
    head = read_head(path, options)
    reading = read_blocks(
        Origin.of_file(path), head, head_blocks(head), options, lambda: False
    ).reading
    assert reading is not None  # noqa: S101
    return reading if head.complete else replace(reading, rows=None, items=None)
