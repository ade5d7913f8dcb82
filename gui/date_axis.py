"""A time axis that says which year and month it is in."""

from datetime import UTC, datetime

import pyqtgraph as pg
from pyqtgraph.graphicsItems.DateAxisItem import DAY_SPACING, MONTH_SPACING

WHOLE = {DAY_SPACING: "%Y-%m-%d", MONTH_SPACING: "%b %Y"}
"""How the first day and the first month are written; the others are written shortly."""

ROOM = 40
"""Pixels from the edge within which a label so long would not be drawn."""


class DateAxis(pg.DateAxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Writes the first day and the first month that have room for it in full."""

    def __init__(self) -> None:
        super().__init__("bottom", utcOffset=0)

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """The labels of the ticks of one spacing."""
        labels: list[str] = super().tickStrings(values, scale, spacing)
        place = next((place for place, value in enumerate(values) if self._has_room(value)), None)
        if place is not None and spacing in WHOLE:
            moment = datetime.fromtimestamp(values[place], UTC)
            labels[place] = moment.strftime(WHOLE[int(spacing)])
        return labels

    def _has_room(self, value: float) -> bool:
        first, last = self.range
        return bool((value - first) / (last - first) * self.size().width() >= ROOM)
