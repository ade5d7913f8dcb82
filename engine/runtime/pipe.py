"""Length-prefixed messages over a pipe.

A mark comes first: a child may print before its messages begin.
"""

import struct
from typing import BinaryIO

_LENGTH = struct.Struct("<Q")

_MARK = b"\0chronos-panel\0"


def begin(stream: BinaryIO) -> None:
    """Write the mark that messages begin after."""
    stream.write(_MARK)
    stream.flush()


def find_beginning(stream: BinaryIO) -> None:
    """Skip everything up to the mark.

    Raises:
        EOFError: The other end is closed.
    """
    seen = b""
    while not seen.endswith(_MARK):
        seen = seen[-len(_MARK) :] + _read_exactly(stream, 1)


def write(stream: BinaryIO, message: bytes) -> None:
    """Write one message.

    Raises:
        OSError: The other end is closed.
    """
    stream.write(_LENGTH.pack(len(message)))
    stream.write(message)
    stream.flush()


def read(stream: BinaryIO) -> bytes:
    """Read one message; block until it is complete.

    Raises:
        EOFError: The other end is closed, perhaps in the middle of a message.
    """
    (length,) = _LENGTH.unpack(_read_exactly(stream, _LENGTH.size))
    return _read_exactly(stream, length)


def _read_exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data
