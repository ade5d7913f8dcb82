"""What the text of one cell can mean."""

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
    """What most cells of a column hold."""

    NUMBER = "number"
    TIMESTAMP = "timestamp"
    TEXT = "text"
    BLANK = "blank"


def is_missing(text: str) -> bool:
    """Whether a text stands for a missing value."""
    return text.strip() in MISSING_TEXTS
