"""Decompress zstd streams, and detect truncated ones."""

import io
from typing import IO, TYPE_CHECKING

import zstandard

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_CHUNK = 1 << 12
"""Bytes that are decompressed at once: they may expand to thirty thousand times as many."""


class ZstdStream(io.RawIOBase):
    """The decompressed bytes of one or more zstd frames.

    The library's own reader accepts truncated files. This one raises EOFError for a truncated or
    damaged file.
    """

    def __init__(self, compressed: IO[bytes]) -> None:
        self._compressed = compressed
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._ready = memoryview(b"")
        self._rest = b""

    def readable(self) -> bool:
        """Return True: the stream supports reading."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill a buffer with the next bytes; return their number, 0 at the end."""
        target = memoryview(buffer).cast("B")
        while not self._ready:
            compressed = self._rest or self._compressed.read(_CHUNK)
            if not compressed:
                if not self._frame.eof:
                    raise EOFError
                return 0
            self._ready = memoryview(self._decompress(compressed))
        part = self._ready[: len(target)]
        target[: len(part)] = part
        self._ready = self._ready[len(part) :]
        return len(part)

    def _decompress(self, compressed: bytes) -> bytes:
        """Decompress up to the end of a frame, and keep the rest."""
        if self._frame.eof:
            self._frame = zstandard.ZstdDecompressor().decompressobj()
        try:
            ready = self._frame.decompress(compressed)
        except zstandard.ZstdError as error:
            raise EOFError from error
        self._rest = self._frame.unused_data if self._frame.eof else b""
        return ready
