"""Encode values as bytes or JSON, and decode them by type.

What is read is checked against the type that is expected; it is never executed. The work is
msgspec's: it is the only library that decodes dataclasses and is imported in milliseconds.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_origin
from urllib.parse import unquote_to_bytes

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.base.errors import UserError
from engine.base.escaping import shortened

Kind = TypeVar("Kind")

ARRAY_KINDS = "biufM"
"""Kinds of numpy data that an array may hold: numbers and dates, and never objects."""


URI = "file://"

FAULTS = (
    msgspec.MsgspecError,
    ValueError,
    TypeError,
    OverflowError,
    RecursionError,
    UserError,
)
"""Exceptions that a value of the wrong type causes; the last are those of settings."""


class DecodeError(ValueError):
    """A value is not of the expected type. The message names its path, such as `$.shape`."""


def pack(value: Any) -> bytes:
    """Encode a value as MessagePack; arrays become raw buffers, and NaN stays NaN."""
    return msgspec.msgpack.encode(value, enc_hook=_array_as_buffer)


def unpack(kind: type[Kind], packed: bytes | msgspec.Raw) -> Kind:
    """Decode what `pack` gave.

    Raises:
        DecodeError: It is not a value of this type.
    """
    try:
        return msgspec.msgpack.decode(packed, type=kind, dec_hook=_from_plain)
    except FAULTS as error:
        raise DecodeError(str(error)) from error


def to_json(value: Any) -> str:
    """Encode a value as JSON; arrays become nested lists, and what is not finite becomes null."""
    return msgspec.json.encode(value, enc_hook=_array_as_list).decode()


def to_indented_json(value: Any) -> str:
    """Encode a value as JSON for people to read, with a line end."""
    return msgspec.json.format(to_json(value), indent=2) + "\n"


def from_json(kind: type[Kind], text: str) -> Kind:
    """Decode what `to_json` gave; null in an array of numbers becomes NaN.

    Raises:
        DecodeError: It is not a value of this type.
    """
    try:
        return msgspec.json.decode(text, type=kind, dec_hook=_from_plain)
    except FAULTS as error:
        raise DecodeError(str(error)) from error


def from_strict_json(content: bytes) -> Any:
    """Return the plain value of JSON that another program wrote.

    Raises:
        DecodeError: It is not UTF-8 or no JSON, is nested too deeply, repeats a key or holds NaN
            or infinity. Programs disagree about the last two.
    """
    try:
        return json.loads(
            content.decode(), object_pairs_hook=_without_repeats, parse_constant=_refuse_constant
        )
    except RecursionError as error:
        raise DecodeError("it is nested too deeply") from error
    except ValueError as error:
        raise DecodeError(str(error)) from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"it repeats the key {shortened(key)}")
        found[key] = value
    return found


def _refuse_constant(name: str) -> None:
    """Refuse NaN and infinity."""
    raise ValueError(f"it holds {name}, which is no JSON")


def convert(kind: type[Kind], plain: Any) -> Kind:
    """Make a typed value of dictionaries, lists, texts and numbers.

    Raises:
        DecodeError: They are not a value of this type.
    """
    try:
        return msgspec.convert(plain, kind, dec_hook=_from_plain)
    except FAULTS as error:
        raise DecodeError(str(error)) from error


def _array_as_buffer(value: Any) -> Any:
    """Encode what msgspec does not know, for `pack`."""
    match value:
        case np.ndarray() if value.dtype.kind == "M":
            return value.dtype.str, value.shape, np.ascontiguousarray(value).view(np.int64).data
        case np.ndarray() if value.dtype.kind in ARRAY_KINDS:
            return value.dtype.str, value.shape, np.ascontiguousarray(value).data
        case np.generic():
            return value.item()
        case Path():
            return _path_as_text(value)
    raise NotImplementedError(f"{type(value).__name__} cannot be encoded")


def _array_as_list(value: Any) -> Any:
    """Encode what msgspec does not know, for JSON."""
    match value:
        case np.ndarray() if value.dtype.kind == "M":
            return np.datetime_as_string(value, "ns").tolist()
        case np.ndarray() | np.generic():
            return value.tolist()
        case Path():
            return _path_as_text(value)
        case Mapping():
            return dict(value)
    raise NotImplementedError(f"{type(value).__name__} cannot be encoded")


def _from_plain(kind: Any, plain: Any) -> Any:
    """Decode what msgspec does not know.

    A class with subclasses that must be told apart says how by a class method `from_plain`.
    """
    if kind is Path:
        return _path_from_text(plain)
    if get_origin(kind) is np.ndarray or kind is np.ndarray:
        return _array(kind, plain)
    if hasattr(kind, "from_plain"):
        return kind.from_plain(plain)
    raise NotImplementedError(f"{kind} cannot be decoded")


def _path_as_text(path: Path) -> str:
    """Return a path as valid Unicode: as a URI if its name is not UTF-8."""
    text = str(path)
    try:
        text.encode()
    except UnicodeEncodeError:
        return path.absolute().as_uri()
    return text


def _path_from_text(text: object) -> Path:
    if not isinstance(text, str):
        raise TypeError(f"Expected a path, got `{type(text).__name__}`")
    # No path begins like this, because `Path` merges slashes.
    if text.startswith(f"{URI}/"):
        return Path(os.fsdecode(unquote_to_bytes(text.removeprefix(URI))))
    return Path(text)


def _array(kind: Any, plain: Sequence[Any]) -> NDArray[Any]:
    """Make an array of a raw buffer, or of nested lists."""
    if len(plain) == 3 and isinstance(plain[2], bytes):
        name, shape, buffer = plain
        dtype = np.dtype(name)
        if dtype.kind not in ARRAY_KINDS:
            raise ValueError(f"an array of {name} is not allowed")
        # A copy: what arrives is read-only, and belongs to the message.
        return np.frombuffer(buffer, dtype).reshape(shape).copy()
    if "datetime64" in str(kind):
        return np.array(plain, dtype="datetime64[ns]")
    values = np.array(plain, dtype=np.float64)  # null becomes NaN
    return values if values.size else values.reshape(0, 0)
