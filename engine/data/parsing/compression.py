"""Open files as streams of plain bytes, compressed or not."""

import bz2
import gzip
import io
import lzma
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from engine.base.errors import UserError
from engine.base.files import not_read, ordinary_size

_DECOMPRESSION_ERRORS = (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, zipfile.BadZipFile)

_OTHER_FORMATS = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\x80\x04\x95", "a Python pickle"),
    (b"\x80\x05\x95", "a Python pickle"),
)
_ENCRYPTED = 1
"""The flag of an encrypted file in a zip archive."""

_EXPORT_REMEDY = "Export the table as CSV, and open that file."


class DecompressedFile:
    """An open file and the stream of its decompressed bytes.

    Attributes:
        size: Size on disk in bytes when it was opened.
        stream: Decompressed bytes.
    """

    def __init__(self, raw: IO[bytes], stream: IO[bytes]) -> None:
        self._raw = raw
        self.stream = stream
        self.size = self.size_now

    @property
    def size_now(self) -> int:
        """Return its size on disk in bytes, which changes while a program writes to it."""
        return os.fstat(self._raw.fileno()).st_size

    @property
    def bytes_read(self) -> int:
        """Return the number of bytes on disk that were read so far."""
        return self._raw.tell()


@contextmanager
def open_decompressed(path: Path) -> Iterator[DecompressedFile]:
    """Open a file and decompress it (gzip, bz2, xz, zstd, zip of one file).

    Raises:
        UserError: The file is missing, unreadable, damaged, or of another known format. Reading
            from the stream may raise it too.
    """
    try:
        ordinary_size(path)
        with path.open("rb") as raw, _decompressed(path, raw) as stream:
            yield DecompressedFile(raw, stream)
    except UserError:
        raise
    except _DECOMPRESSION_ERRORS as error:
        raise UserError(
            f"{path.name} is truncated or damaged: it cannot be decompressed.",
            "Copy or download it again.",
        ) from error
    except OSError as error:
        raise not_read(path, error) from error


def _decompressed(path: Path, raw: IO[bytes]) -> IO[bytes]:
    start = raw.read(16)
    raw.seek(0)
    if start.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], gzip.open(raw))
    if start.startswith(b"BZh"):
        return bz2.open(raw)
    if start.startswith(b"\xfd7zXZ\x00"):
        return lzma.open(raw)
    if start.startswith(b"\x28\xb5\x2f\xfd"):
        from engine.data.parsing.zstd import ZstdStream

        return io.BufferedReader(ZstdStream(raw))
    if start.startswith(b"PK\x03\x04"):
        return _open_zip(path, raw)
    for magic, name in _OTHER_FORMATS:
        if start.startswith(magic):
            raise UserError(f"{path.name} is {name}, not a CSV file.", _EXPORT_REMEDY)
    return raw


def _open_zip(path: Path, raw: IO[bytes]) -> IO[bytes]:
    archive = zipfile.ZipFile(raw)
    names = [name for name in archive.namelist() if not name.endswith("/")]
    if "[Content_Types].xml" in names or "mimetype" in names:
        raise UserError(f"{path.name} is a workbook or document, not a CSV file.", _EXPORT_REMEDY)
    if len(names) != 1:
        raise UserError(
            f"{path.name} is a zip archive of {len(names)} files.",
            "Extract it, and open one of its files.",
        )
    if archive.getinfo(names[0]).flag_bits & _ENCRYPTED:
        raise UserError(f"{path.name} is encrypted.", "Extract it, and open the file in it.")
    try:
        return archive.open(names[0])
    except NotImplementedError as error:
        raise UserError(
            f"{path.name} is compressed by a method that cannot be read.",
            "Extract it, and open the file in it.",
        ) from error
