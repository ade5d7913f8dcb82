"""What an empty chart says instead of drawing axes without a meaning."""

import pyqtgraph as pg
from PySide6.QtCore import QPointF

from gui.widgets.theme import Colours


class EmptyChart(pg.LabelItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Words in the middle of a plot, and no numbers on its axes, while it has nothing to show."""

    def __init__(self, plot: pg.PlotItem, words: str) -> None:
        super().__init__(words)
        self._plot = plot
        self.setParentItem(plot.vb)
        middle = QPointF(0.5, 0.5)
        self.anchor(middle, middle)
        self.show_empty(True)

    def show_empty(self, empty: bool) -> None:
        """Shows the words, or the numbers."""
        self.setVisible(empty)
        for side in ("left", "bottom"):
            self._plot.getAxis(side).setStyle(showValues=not empty)

    def restyle(self, colours: Colours) -> None:
        """Takes over a theme."""
        self.setText(self.text, color=colours.muted)
