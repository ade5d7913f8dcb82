"""A file on disk as a stream of plain bytes, whatever it is compressed with."""

import bz2
import gzip
import lzma
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from engine.errors import UserError

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


class Source:
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
    def done(self) -> int:
        """Bytes on disk that were read so far."""
        return self._raw.tell()


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Open a file and undo its compression (gzip, bz2, xz, zstd, zip of one file).

    Raises:
        UserError: The file is missing, is not a file, cannot be read, is damaged, or is known to
            be something other than text. Also raised while the stream is read.
    """
    try:
        with path.open("rb") as raw, _decompressed(path, raw) as stream:
            yield Source(path, raw, stream)
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
        return gzip.open(raw)
    if start.startswith(b"BZh"):
        return bz2.open(raw)
    if start.startswith(b"\xfd7zXZ\x00"):
        return lzma.open(raw)
    if start.startswith(b"\x28\xb5\x2f\xfd"):
        return _open_zstd(raw)
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


def _open_zstd(raw: IO[bytes]) -> IO[bytes]:
    import io

    import zstandard

    class Frames(io.RawIOBase):
        """zstandard's own reader takes a file that is cut short for a complete one."""

        def __init__(self) -> None:
            self._unpack: Any = zstandard.ZstdDecompressor().decompressobj()
            self._ready = b""

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            while not self._ready:
                packed = raw.read(1 << 18)
                if not packed:
                    if not self._unpack.eof:
                        raise EOFError
                    return 0
                self._ready = self._next(packed)
            part = self._ready[: len(buffer)]
            self._ready = self._ready[len(part) :]
            buffer[: len(part)] = part
            return len(part)

        def _next(self, packed: bytes) -> bytes:
            out = b""
            while packed:
                if self._unpack.eof:
                    self._unpack = zstandard.ZstdDecompressor().decompressobj()
                try:
                    out += self._unpack.decompress(packed)
                except zstandard.ZstdError as error:
                    raise EOFError from error
                packed = self._unpack.unused_data if self._unpack.eof else b""
            return out

    return io.BufferedReader(Frames())
