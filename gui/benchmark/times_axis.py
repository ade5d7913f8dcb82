"""An axis for times that differ by powers of ten."""

from math import ceil, floor, log10

import pyqtgraph as pg

ROOM = 16.0
"""Smallest distance between two numbers, in pixels."""

STEPS = ((1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 5), (1,))
"""Labelled multiples of a power of ten; the first tuple that has room is used."""

Ticks = list[tuple[float | None, list[float]]]


class TimesAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """A logarithmic axis with plain numbers, as many as there is room for."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self.setStyle(maxTextLevel=0)

    def logTickValues(self, low: float, high: float, size: float, usual: Ticks) -> Ticks:
        """Return the labelled ticks; pyqtgraph's own if the range holds none of them."""
        decade = size / max(high - low, 1e-9)
        for steps in STEPS:
            if decade * _narrowest(steps) >= ROOM:
                found = _multiples(low, high, steps)
                return [(None, found)] if len(found) > 1 else usual
        return usual

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the numbers."""
        return [f"{float(f'{10**value:.3g}'):,g}" for value in values]


def _narrowest(steps: tuple[int, ...]) -> float:
    """Return the smallest distance of two multiples, in powers of ten."""
    following = (*steps[1:], 10 * steps[0])
    return min(log10(after / one) for one, after in zip(steps, following, strict=True))


def _multiples(low: float, high: float, steps: tuple[int, ...]) -> list[float]:
    """Return the logarithms of multiples of every power of ten within a range."""
    ticks = (power + log10(step) for power in range(floor(low), ceil(high) + 1) for step in steps)
    return [tick for tick in ticks if low <= tick <= high]
