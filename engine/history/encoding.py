"""Plain dataclasses to JSON and back. NaN and infinity stay what they are."""

import dataclasses
import json
import types
from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Kind = TypeVar("Kind")


def to_json(value: Any) -> str:
    """A dataclass as JSON text."""
    return json.dumps(dataclasses.asdict(value), ensure_ascii=False)


def from_json(kind: type[Kind], text: str) -> Kind:
    """A dataclass from what `to_json` gave.

    Raises:
        ValueError: The text is not what such a dataclass looks like.
    """
    try:
        return restored(kind, json.loads(text))  # type: ignore[no-any-return]
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{kind.__name__} cannot be read: {error}") from error


def restored(kind: Any, value: Any) -> Any:  # noqa: PLR0911 - one return for each kind
    """A value of an annotated type, from what JSON knows.

    Raises:
        TypeError: It is not of that type.
        ValueError: It is, and is not allowed.
    """
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        if value is None and types.NoneType in arguments:
            return None
        (kind,) = [argument for argument in arguments if argument is not types.NoneType]
        return restored(kind, value)
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(restored(arguments[0], entry) for entry in value)
        return tuple(restored(*pair) for pair in zip(arguments, value, strict=True))
    if origin in (dict, Mapping):
        key, entry = arguments
        return {restored(key, name): restored(entry, one) for name, one in value.items()}
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        known = {field.name for field in dataclasses.fields(kind)}
        return kind(**{name: restored(hints[name], value[name]) for name in known & set(value)})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if kind is float and isinstance(value, int | float):
        return float(value)
    if origin is None and isinstance(kind, type) and not isinstance(value, kind):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value
