"""Words in a chart that has nothing to draw yet."""

import pyqtgraph as pg
from PySide6.QtCore import QPointF

from gui.widgets.colours import Colours


class EmptyChart(pg.LabelItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Words in the middle of a plot. The axes have no numbers while the words are shown."""

    def __init__(self, plot: pg.PlotItem, words: str) -> None:
        super().__init__(words)
        self._plot = plot
        self.setParentItem(plot.vb)
        middle = QPointF(0.5, 0.5)
        self.anchor(middle, middle)
        self.show_empty(True)

    def show_empty(self, empty: bool) -> None:
        """Show the words, or the numbers of the axes."""
        self.setVisible(empty)
        for side in ("left", "bottom"):
            self._plot.getAxis(side).setStyle(showValues=not empty)

    def restyle(self, colours: Colours) -> None:
        """Take over a theme."""
        self.setText(self.text, color=colours.muted)
