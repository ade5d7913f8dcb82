"""Counts, figures and clauses in sentences."""

from decimal import Decimal
from math import isfinite, isnan

SMALLEST = 1e-7
"""Figures below are written as "less than" it."""


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """Return a count and its noun: "1 row", "12,000 rows"; `plural` if that is no mere "s"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {plural or f'{noun}s'}"


def have(count: int) -> str:
    """Return "has" or "have", whichever follows a count."""
    return "has" if count == 1 else "have"


def are(count: int) -> str:
    """Return "is" or "are", whichever follows a count."""
    return "is" if count == 1 else "are"


def were(count: int) -> str:
    """Return "was" or "were", whichever follows a count."""
    return "was" if count == 1 else "were"


def capitalised(text: str) -> str:
    """Return a text with a capital first letter; names in it stay as they are."""
    return f"{text[:1].upper()}{text[1:]}"


def as_sentence(text: str) -> str:
    """Return a clause as a sentence of its own."""
    return f"{capitalised(text).removesuffix('.')}."


def figure(value: float) -> str:
    """Return a figure with two significant digits and no exponent: "0.0000012"."""
    if not isfinite(value):
        return "unknown" if isnan(value) else "infinite"
    if 0 < abs(value) < SMALLEST:
        return f"less than {figure(SMALLEST)}"
    return f"{Decimal(f'{value:.2g}'):f}"


def deviations(value: float) -> str:
    """Return a difference in standard deviations of its series: "0.2 standard deviations"."""
    text = figure(value)
    if not isfinite(value):
        return text
    return f"{text} standard deviation" if text == "1" else f"{text} standard deviations"


def shape_words(rows: int, steps: int, horizon: int) -> str:
    """Return the shape of one call of a model: "1 row x 512 steps, horizon 24"."""
    return f"{counted(rows, 'row')} x {counted(steps, 'step')}, horizon {horizon}"


def size(count_of_bytes: float) -> str:
    """Return a number of bytes in GB."""
    return f"{count_of_bytes / 1e9:.2f} GB"
