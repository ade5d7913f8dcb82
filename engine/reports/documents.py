"""Results as JSON."""

import dataclasses
import json
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from engine.terminal.console import output


def print_json(document: Any) -> None:
    """Prints one JSON document on standard output."""
    text = json_text(document)
    with output():
        sys.stdout.write(text)


def json_text(document: Any) -> str:
    """A JSON document as text."""
    return json.dumps(plain(document), indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def plain(value: Any) -> Any:  # noqa: PLR0911 - one return for each kind
    """A value as JSON knows it: NaN and infinity become null, timestamps ISO 8601."""
    match value:
        case None | bool() | int():
            return value
        case str():
            return str(value)
        case float():
            return value if math.isfinite(value) else None
        case pd.DatetimeIndex():
            return [stamp.isoformat() for stamp in value]
        case np.ndarray() if np.issubdtype(value.dtype, np.datetime64):
            return plain(pd.DatetimeIndex(value))
        case np.generic() | np.ndarray():
            return plain(value.tolist())
        case Path():
            return str(value)
        case Mapping():
            return {str(key): plain(entry) for key, entry in value.items()}
        case list() | tuple():
            return [plain(entry) for entry in value]
    if dataclasses.is_dataclass(value):
        return {
            field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    raise TypeError(f"{type(value).__name__} has no JSON form")
