"""A zstd-compressed stream that tells when it is cut short."""

import io
from typing import IO, TYPE_CHECKING

import zstandard

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_PACKED = 1 << 18


class ZstdStream(io.RawIOBase):
    """The unpacked bytes of one or more zstd frames.

    The library's own reader takes a file that is cut short for a complete one. This one raises
    EOFError for that, and for content that does not unpack.
    """

    def __init__(self, packed: IO[bytes]) -> None:
        self._packed = packed
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill a buffer with the next bytes, and tell their number: 0 at the end."""
        target = memoryview(buffer).cast("B")
        while not self._ready:
            packed = self._packed.read(_PACKED)
            if not packed:
                if not self._frame.eof:
                    raise EOFError
                return 0
            self._ready = memoryview(self._unpacked(packed))
        part = self._ready[: len(target)]
        target[: len(part)] = part
        self._ready = self._ready[len(part) :]
        return len(part)

    def _unpacked(self, packed: bytes) -> bytes:
        parts = []
        while packed:
            if self._frame.eof:
                self._frame = zstandard.ZstdDecompressor().decompressobj()
            try:
                parts.append(self._frame.decompress(packed))
            except zstandard.ZstdError as error:
                raise EOFError from error
            packed = self._frame.unused_data if self._frame.eof else b""
        return b"".join(parts)
