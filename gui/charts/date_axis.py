"""A time axis that says which year and month it is in."""

from datetime import UTC, datetime

import pyqtgraph as pg
from pyqtgraph.graphicsItems.DateAxisItem import DAY_SPACING, MONTH_SPACING
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

WHOLE = {DAY_SPACING: "%Y-%m-%d", MONTH_SPACING: "%b %Y"}
"""How the first day and the first month are written; the others are written shortly."""

ROOM = 40
"""Pixels from the edge within which a label so long would not be drawn."""

GAP = 4.0
"""Pixels between two labels, so that they do not touch."""

Label = tuple[QRectF, int, str]
"""Where a label is drawn, how it is aligned, and its text."""


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

    def generateDrawSpecs(self, painter: QPainter) -> tuple[object, object, list[Label]] | None:
        """What is drawn: the line, the ticks, and the labels that leave each other room."""
        drawn = super().generateDrawSpecs(painter)
        if drawn is None:
            return None
        line, ticks, labels = drawn
        return line, ticks, apart(labels)

    def _has_room(self, value: float) -> bool:
        first, last = self.range
        return bool((value - first) / (last - first) * self.size().width() >= ROOM)


def apart(labels: list[Label]) -> list[Label]:
    """Those that do not touch each other; of two that would, the one that says more."""
    kept: list[Label] = []
    for label in sorted(labels, key=lambda label: -len(label[2])):
        room = label[0].adjusted(-GAP, 0, GAP, 0)
        if not any(room.intersects(other[0]) for other in kept):
            kept.append(label)
    return kept
