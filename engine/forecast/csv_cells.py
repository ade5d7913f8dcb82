"""Keep spreadsheets from running the texts of a CSV file as formulas."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def with_formulas_escaped(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return a table with an apostrophe before each text that a spreadsheet would run."""
    escaped = frame.rename(columns=_escape)
    for name in escaped.columns:
        if escaped[name].dtype.kind == "O":
            escaped[name] = escaped[name].map(_escape)
    return escaped


def _escape(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS) else value
