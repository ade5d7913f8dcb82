"""A file on disk as a stream of plain bytes, whatever it is compressed with."""

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

_DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, zipfile.BadZipFile)

_FOREIGN = (
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
_EXPORT = "Export its table as CSV and open that."


class DecompressedFile:
    """The bytes of an open file, uncompressed.

    Attributes:
        path: Where the file is.
        size: Its size on disk in bytes.
    """

    def __init__(self, path: Path, raw: IO[bytes], stream: IO[bytes]) -> None:
        self.path = path
        self.size = os.fstat(raw.fileno()).st_size
        self._raw = raw
        self.stream = stream

    @property
    def bytes_read(self) -> int:
        """Bytes on disk that were read so far."""
        return self._raw.tell()


@contextmanager
def open_decompressed(path: Path) -> Iterator[DecompressedFile]:
    """Open a file and undo its compression (gzip, bz2, xz, zstd, zip of one file).

    Raises:
        UserError: The file is missing, is not a file, cannot be read, is damaged, or is known to
            be something other than text. Also raised while the stream is read.
    """
    try:
        with path.open("rb") as raw, _decompressed(path, raw) as stream:
            yield DecompressedFile(path, raw, stream)
    except UserError:
        raise
    except _DAMAGE as error:
        raise UserError(
            f"{path.name} is cut short or damaged: its compressed content does not unpack.",
            "Copy or download it again, or unpack it by hand.",
        ) from error
    except OSError as error:
        raise _unopened(path, error) from error


def _unopened(path: Path, error: OSError) -> UserError:
    if isinstance(error, FileNotFoundError):
        return UserError(f"There is no file {path}.", "Check the path and the spelling.")
    if isinstance(error, IsADirectoryError):
        return UserError(f"{path} is a folder, not a file.", "Name one file inside it.")
    if isinstance(error, PermissionError):
        return UserError(f"{path} may not be read.", "Change its permissions, or copy it.")
    reason = error.strerror or str(error)
    return UserError(f"{path} cannot be read: {reason}.", "Check the file and its disk.")


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
    for magic, name in _FOREIGN:
        if start.startswith(magic):
            raise UserError(f"{path.name} is {name}, not a CSV file.", _EXPORT)
    return raw


def _open_zip(path: Path, raw: IO[bytes]) -> IO[bytes]:
    archive = zipfile.ZipFile(raw)
    names = [name for name in archive.namelist() if not name.endswith("/")]
    if "[Content_Types].xml" in names or "mimetype" in names:
        raise UserError(f"{path.name} is a workbook or document, not a CSV file.", _EXPORT)
    if len(names) != 1:
        raise UserError(
            f"{path.name} is a zip archive of {len(names)} files.",
            "Unpack it and open one of them.",
        )
    return archive.open(names[0])
