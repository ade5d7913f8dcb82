"""Jobs and events as bytes, decoded by type: nothing that comes over a pipe is ever executed.

A message is a pair: the name of its type, such as `benchmark.CallTimed`, and its fields. A name is
looked up in the rooms of `engine.kinds` only.
"""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import msgspec

from engine.base import codec
from engine.kinds import KINDS
from engine.runtime.events import Event
from engine.runtime.job import Job

COMMON = "runtime"
"""The room of the events that every kind shares."""

ROOMS = frozenset({COMMON, *(kind.name for kind in KINDS)})


@dataclass(frozen=True, slots=True)
class Cancel:
    """The message that asks the running job to stop."""


Message = Job | Event | Cancel


def encode(message: Message) -> bytes:
    """Encode a message; arrays become raw buffers."""
    room = type(message).__module__.removeprefix("engine.").rpartition(".")[0]
    return codec.pack((f"{room}.{type(message).__name__}", message))


def decode(packed: bytes) -> Any:
    """Decode a message.

    Raises:
        DecodeError: It is none, or its fields are not those of its type.
    """
    name, fields = codec.unpack(tuple[str, msgspec.Raw], packed)
    room, _dot, kind = name.rpartition(".")
    found = _types(room).get(kind) if room in ROOMS else None
    if found is None:
        raise codec.DecodeError(f"there is no message {name!r}")
    return codec.unpack(found, fields)


@cache
def _types(room: str) -> dict[str, type[Message]]:
    """Return the jobs and events of a room by name; import them on first use."""
    if room == COMMON:
        modules = [import_module("engine.runtime.events")]
        common: dict[str, type[Message]] = {"Cancel": Cancel}
    else:
        modules = [import_module(f"engine.{room}.{part}") for part in ("job", "events")]
        common = {}
    return common | {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, Job | Event)
        and value.__module__ == module.__name__
    }
