"""Infer the decimal mark and the thousands separator, and parse numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.data.parsing.cells import MISSING_TEXTS

_PLAIN = r"[+-]?(?:\d+(?:{mark}\d*)?|{mark}\d+)(?:[eE][+-]?\d+)?"
_GROUPED = r"[+-]?\d{{1,3}}(?:{group}\d{{3}})+(?:{mark}\d*)?"
_WORDS = re.compile(r"[+-]?inf(?:inity)?|true|false", re.IGNORECASE)
_FLAGS = {"true": 1.0, "false": 0.0}
_BLANK_GROUPS = re.compile(r"(?<=\d)[ '](?=\d{3})")
_MARKS = {",", "."}
_POINT_FOR_COMMA = str.maketrans(",.", ".,")


@dataclass(frozen=True)
class NumberForm:
    """The decimal mark and thousands separator of the numbers in a file.

    Attributes:
        decimal: Decimal mark, "." or ",".
        thousands: Separator between groups of three digits, or None.
    """

    decimal: str
    thousands: str | None = None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        mark = re.escape(self.decimal)
        forms = [_PLAIN.format(mark=mark)]
        if self.thousands:
            forms.append(_grouped(self.decimal, self.thousands).pattern)
        return re.compile("|".join(forms))

    def matches(self, text: str) -> bool:
        """Say whether a stripped text is a number or a truth value in this form."""
        return bool(self._pattern.fullmatch(text) or _WORDS.fullmatch(text))

    def parse(self, text: str) -> float | None:
        """Parse a text: NaN for a missing value, None if it is not a number."""
        text = text.strip()
        if text in MISSING_TEXTS:
            return float("nan")
        if not self.matches(text):
            return None
        flag = _FLAGS.get(text.lower())
        if flag is not None:
            return flag
        if self.thousands:
            text = text.replace(self.thousands, "")
        return float(text.replace(self.decimal, "."))


def to_numbers(
    texts: Sequence[str] | NDArray[np.object_], form: NumberForm
) -> tuple[NDArray[np.float64], list[int]]:
    """Convert texts to numbers.

    Returns:
        The numbers, shape (texts,), NaN where missing or not a number, and the positions of the
        texts that are not numbers.
    """
    import pandas as pd  # slow to import, and often not needed

    array = pd.Series(texts, dtype=object)
    if form.decimal == ",":
        array = array.str.translate(_POINT_FOR_COMMA)
    values = pd.to_numeric(array, errors="coerce").to_numpy(dtype=np.float64, copy=True)
    wrong: list[int] = []
    # An empty text is a missing value, which most are in some files.
    unread = np.isnan(values) & (array != "").to_numpy()
    for position in np.flatnonzero(unread).tolist():
        number = form.parse(texts[position])
        if number is None:
            wrong.append(position)
        else:
            values[position] = number
    return values, wrong


def infer_number_form(cells: Sequence[str], delimiter: str, decimal: str | None) -> NumberForm:
    """Infer the decimal mark and the thousands separator.

    Args:
        cells: Stripped cells of all kinds.
        delimiter: Delimiter of the file.
        decimal: Decimal mark, if the caller specified it.
    """
    decimal = decimal or _decimal(cells, delimiter)
    other = "," if decimal == "." else "."
    for group in (other, "'", " "):
        if group == delimiter != ",":
            continue
        grouped = {cell for cell in cells if _grouped(decimal, group).fullmatch(cell)}
        if grouped and (group != other or _is_thousands_separator(grouped, group, cells, decimal)):
            return NumberForm(decimal, group)
    return NumberForm(decimal)


def _decimal(cells: Sequence[str], delimiter: str) -> str:
    cells = [_BLANK_GROUPS.sub("", cell) for cell in cells]
    votes = {mark: _votes(cells, mark, *(_MARKS - {mark})) for mark in _MARKS}
    if delimiter == ",":
        # A quoted 1,500 more often means 1500 than 1.5.
        ambiguous = sum(bool(_grouped(".", ",").fullmatch(cell)) for cell in cells)
        votes[","] -= ambiguous
    return "," if votes[","] > votes["."] else "."


def _votes(cells: Sequence[str], mark: str, other: str) -> int:
    """Count the cells that contain a fraction if this is the decimal mark."""
    plain, grouped = NumberForm(mark), _grouped(mark, other)
    return sum(
        mark in cell and bool(plain.matches(cell) or grouped.fullmatch(cell)) for cell in cells
    )


def _is_thousands_separator(
    grouped: set[str], group: str, cells: Sequence[str], decimal: str
) -> bool:
    """Say whether numbers such as 1,234 are thousands, not fractions."""
    if any(cell.count(group) > 1 or decimal in cell for cell in grouped):
        return True
    fraction = NumberForm(group)
    return not any(
        group in cell and fraction.matches(cell) for cell in cells if cell not in grouped
    )


@lru_cache
def _grouped(decimal: str, group: str) -> re.Pattern[str]:
    return re.compile(_GROUPED.format(mark=re.escape(decimal), group=re.escape(group)))
