"""What the text of one cell can mean."""

import re
from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

_MISSING_WORDS = ("na", "n/a", "nan", "null", "none", "nil", "missing", "nat", "#n/a", "<na>")
_MISSING_MARKS = ("", "-", "--", "?", ".", "..", "...")

MISSING_TEXTS: frozenset[str] = frozenset(
    {
        spelling
        for word in _MISSING_WORDS
        for spelling in (word, word.upper(), word.capitalize())
    }
    | {"NaN", "-nan", "-NaN", "N/a", "NaT", "<NA>"}
    | set(_MISSING_MARKS)
)
"""Texts that stand for a missing value in a column of numbers."""

_PLAIN_NUMBER = r"[+-]?(?:\d+(?:{mark}\d*)?|{mark}\d+)(?:[eE][+-]?\d+)?"
_GROUPED_NUMBER = r"[+-]?\d{{1,3}}(?:{group}\d{{3}})+(?:{mark}\d*)?"
_WORDS = re.compile(r"[+-]?inf(?:inity)?|true|false", re.IGNORECASE)
_FLAGS = {"true": 1.0, "false": 0.0}


class Kind(StrEnum):
    """What most cells of a column hold."""

    NUMBER = "number"
    TIMESTAMP = "timestamp"
    TEXT = "text"
    BLANK = "blank"


class NumberForm:
    """How numbers are written in a file.

    Attributes:
        decimal: The decimal mark, "." or ",".
        thousands: The separator between groups of three digits, or None.
    """

    def __init__(self, decimal: str, thousands: str | None) -> None:
        self.decimal = decimal
        self.thousands = thousands
        mark = re.escape(decimal)
        forms = [_PLAIN_NUMBER.format(mark=mark)]
        if thousands:
            forms.append(_GROUPED_NUMBER.format(mark=mark, group=re.escape(thousands)))
        self._form = re.compile("|".join(forms))

    def matches(self, text: str) -> bool:
        """Whether a stripped text is a number (or a truth value) in this form."""
        return bool(self._form.fullmatch(text) or _WORDS.fullmatch(text))

    def value(self, text: str) -> float | None:
        """The number that a text stands for, NaN if missing; None if it is no number."""
        text = text.strip()
        if text in MISSING_TEXTS:
            return float("nan")
        if not self.matches(text):
            return None
        flag = _FLAGS.get(text.lower())
        if flag is not None:
            return flag
        return float(text.replace(self.thousands or "\0", "").replace(self.decimal, "."))


def to_numbers(texts: Sequence[str], form: NumberForm) -> tuple[NDArray[np.float64], list[int]]:
    """Convert texts to numbers.

    Returns:
        The numbers, shape (texts,), NaN where missing or not a number; and the positions of the
        texts that are not numbers.
    """
    values = np.empty(len(texts))
    wrong: list[int] = []
    for position, text in enumerate(texts):
        number = form.value(text)
        if number is None:
            wrong.append(position)
            number = float("nan")
        values[position] = number
    return values, wrong


def is_missing(text: str) -> bool:
    """Whether a text stands for a missing value."""
    return text.strip() in MISSING_TEXTS
