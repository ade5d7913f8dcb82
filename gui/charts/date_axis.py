"""A time axis that shows the year and the month."""

from datetime import UTC, datetime

import pyqtgraph as pg
from pyqtgraph.graphicsItems.DateAxisItem import DAY_SPACING, MONTH_SPACING
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

WHOLE = {DAY_SPACING: "%Y-%m-%d", MONTH_SPACING: "%b %Y"}
"""Formats of the first day and the first month; the others are short."""

ROOM = 40
"""Distance from the edge, in pixels, within which a long label would not be drawn."""

GAP = 4.0
"""Smallest gap between two labels, in pixels."""

Label = tuple[QRectF, int, str]
"""The rectangle of a label, its alignment, and its text."""


class DateAxis(pg.DateAxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis that writes out the first day and the first month that have room."""

    def __init__(self) -> None:
        super().__init__("bottom", utcOffset=0)

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the labels of the ticks of one spacing."""
        labels: list[str] = super().tickStrings(values, scale, spacing)
        first = next((one for one, value in enumerate(values) if self._has_room(value)), None)
        if first is not None and spacing in WHOLE:
            moment = datetime.fromtimestamp(values[first], UTC)
            labels[first] = moment.strftime(WHOLE[int(spacing)])
        return labels

    def generateDrawSpecs(self, painter: QPainter) -> tuple[object, object, list[Label]] | None:
        """Return what is drawn: the line, the ticks, and the labels that do not touch."""
        drawn = super().generateDrawSpecs(painter)
        if drawn is None:
            return None
        line, ticks, labels = drawn
        return line, ticks, _apart(labels)

    def _has_room(self, value: float) -> bool:
        first, last = self.range
        return bool((value - first) / (last - first) * self.size().width() >= ROOM)


def _apart(labels: list[Label]) -> list[Label]:
    """Return the labels that do not touch; of two that would, the longer one."""
    kept: list[Label] = []
    for label in sorted(labels, key=lambda label: -len(label[2])):
        room = label[0].adjusted(-GAP, 0, GAP, 0)
        if not any(room.intersects(other[0]) for other in kept):
            kept.append(label)
    return kept
