"""An axis for times that differ by powers of ten."""

from math import ceil, floor, log10

import pyqtgraph as pg

ROOM = 16.0
"""Pixels between two numbers, so that they do not touch."""

STEPS = ((1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 5), (1,))
"""Multiples of a power of ten that are labelled: the first for which there is room."""

Ticks = list[tuple[float | None, list[float]]]


class TimesAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis of logarithms that is labelled with plain numbers, as many as there is room for."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self.setStyle(maxTextLevel=0)

    def logTickValues(self, low: float, high: float, size: float, usual: Ticks) -> Ticks:
        """The labelled places; where a range holds none of them, pyqtgraph's own."""
        decade = size / max(high - low, 1e-9)
        for steps in STEPS:
            if decade * narrowest(steps) >= ROOM:
                found = multiples(low, high, steps)
                return [(None, found)] if len(found) > 1 else usual
        return usual

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """The numbers."""
        return [f"{float(f'{10**value:.3g}'):,g}" for value in values]


def narrowest(steps: tuple[int, ...]) -> float:
    """The least distance of two of these multiples, in powers of ten."""
    following = (*steps[1:], 10 * steps[0])
    return min(log10(after / one) for one, after in zip(steps, following, strict=True))


def multiples(low: float, high: float, steps: tuple[int, ...]) -> list[float]:
    """Logarithms of these multiples of every power of ten within a range."""
    places = (power + log10(step) for power in range(floor(low), ceil(high) + 1) for step in steps)
    return [place for place in places if low <= place <= high]
