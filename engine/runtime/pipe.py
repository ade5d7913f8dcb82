"""Messages between a session and its worker: length-prefixed pickles over the child's pipes.

Both ends are this program, and the pipes are private to them.
"""

import pickle
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO


@dataclass(frozen=True, slots=True)
class Cancel:
    """The message that asks the running job to stop."""


_LENGTH = struct.Struct("<Q")


_START = b"\0chronos-panel\0"


def begin(stream: BinaryIO) -> None:
    """Marks where messages begin; what came before is other people's printing."""
    stream.write(_START)
    stream.flush()


def find_beginning(stream: BinaryIO) -> None:
    """Skips everything up to the mark.

    Raises:
        EOFError: The other end is gone.
    """
    seen = b""
    while not seen.endswith(_START):
        seen = seen[-len(_START) :] + _read_exactly(stream, 1)


def pack(message: object) -> bytes:
    """A message as bytes."""
    return pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)


def unpack(packed: bytes) -> Any:
    """A message from bytes."""
    return pickle.loads(packed)  # noqa: S301 - see the module's docstring


def write(stream: BinaryIO, packed: bytes) -> None:
    """Writes one message.

    Raises:
        OSError: The other end is gone.
    """
    stream.write(_LENGTH.pack(len(packed)))
    stream.write(packed)
    stream.flush()


def read(stream: BinaryIO) -> bytes:
    """Reads one message; blocks until it is whole.

    Raises:
        EOFError: The other end is gone, perhaps in the middle of a message.
    """
    (length,) = _LENGTH.unpack(_read_exactly(stream, _LENGTH.size))
    return _read_exactly(stream, length)


def _read_exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data
