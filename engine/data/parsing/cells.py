"""Recognize missing values, and name the kinds of cells."""

from enum import StrEnum

_WORDS = ("na", "n/a", "nan", "null", "none", "nil", "missing", "nat", "#n/a")
_OTHER_SPELLINGS = {"NaN", "-nan", "-NaN", "N/a", "NaT", "<NA>"}
_MARKS = {"", "-", "--", "?", ".", "..", "..."}

MISSING_TEXTS: frozenset[str] = frozenset(
    {spelling for word in _WORDS for spelling in (word, word.upper(), word.capitalize())}
    | _OTHER_SPELLINGS
    | _MARKS
)
"""Texts that stand for a missing value in a column of numbers."""


class Kind(StrEnum):
    """The content of most cells of a column."""

    NUMBER = "number"
    TIMESTAMP = "timestamp"
    TEXT = "text"
    BLANK = "blank"


def is_missing(text: str) -> bool:
    """Say whether a text stands for a missing value."""
    return text.strip() in MISSING_TEXTS
