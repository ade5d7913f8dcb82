"""A filled area between two lines of a plot."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QPainterPath

from gui.charts.plots import Values


class Band(pg.FillBetweenItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Fills what lies between two lines, which are not drawn themselves."""

    def __init__(self) -> None:
        self._edges = (pg.PlotDataItem(), pg.PlotDataItem())
        super().__init__(*self._edges)

    def draw(self, x: Values, low: Values, high: Values) -> None:
        """Fills between two lines, shape (length,) each."""
        for edge, values in zip(self._edges, (low, high), strict=True):
            edge.setData(x, values)

    def clear(self) -> None:
        """Fills nothing."""
        self.draw(np.empty(0), np.empty(0), np.empty(0))
        # An emptied line keeps its outline, and the area would keep its.
        self.setPath(QPainterPath())

    @property
    def values(self) -> Values:
        """The values of both lines, below each other."""
        parts = [np.asarray(y) for edge in self._edges if (y := edge.getData()[1]) is not None]
        return np.concatenate([np.empty(0), *parts])
