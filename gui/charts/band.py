"""A filled area between two lines of a plot."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QPainterPath

from gui.charts.plots import Values


class Band(pg.FillBetweenItem):  # type: ignore[misc]  # pyqtgraph has no types
    """A filled area between two lines that are not drawn themselves."""

    def __init__(self) -> None:
        self._edges = (pg.PlotDataItem(), pg.PlotDataItem())
        super().__init__(*self._edges)

    def draw(self, x: Values, low: Values, high: Values) -> None:
        """Fill the area between two lines, shape (length,) each."""
        for edge, values in zip(self._edges, (low, high), strict=True):
            edge.setData(x, values)

    def clear(self) -> None:
        """Remove the area."""
        self.draw(np.empty(0), np.empty(0), np.empty(0))
        # pyqtgraph keeps the last outline of an emptied line.
        self.setPath(QPainterPath())

    @property
    def values(self) -> Values:
        """Return the values of both lines, one after the other."""
        parts = [np.asarray(y) for edge in self._edges if (y := edge.getData()[1]) is not None]
        return np.concatenate([np.empty(0), *parts])
