"""The look of all plots: curves, line styles, axes."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

from engine.data.series import Series
from gui.widgets.colours import Colours

if TYPE_CHECKING:
    from engine.results.forecasts import ItemForecast

Values = NDArray[np.float64]


class Curve(StrEnum):
    """What a line stands for. A curve has the same colour and line style everywhere."""

    HISTORY = "history"
    ACTUAL = "actual"
    EAGER = "eager"
    COMPILED = "compiled"
    BFLOAT16 = "bfloat16"
    KEPT = "kept"


STYLES = {
    Curve.HISTORY: Qt.PenStyle.SolidLine,
    Curve.ACTUAL: Qt.PenStyle.DotLine,
    Curve.EAGER: Qt.PenStyle.SolidLine,
    Curve.COMPILED: Qt.PenStyle.DashLine,
    Curve.BFLOAT16: Qt.PenStyle.DashDotLine,
    Curve.KEPT: Qt.PenStyle.DashDotDotLine,
}
WIDTHS = dict.fromkeys(Curve, 2) | {Curve.HISTORY: 1}


def pen(curve: Curve, colours: Colours) -> QPen:
    """Return the pen of a curve."""
    result: QPen = pg.mkPen(getattr(colours, curve), width=WIDTHS[curve], style=STYLES[curve])
    return result


def brush(curve: Curve, colours: Colours, alpha: int) -> QColor:
    """Return the fill of a curve's bands.

    Args:
        curve: The curve.
        colours: The theme's colours.
        alpha: Opacity, 0 to 255.
    """
    colour = QColor(getattr(colours, curve))
    colour.setAlpha(alpha)
    return colour


def line_icon(curve: Curve, colours: Colours) -> QIcon:
    """Return a short sample of a curve's line."""
    size = QSize(26, 12)
    pixmap = QPixmap(size * 2)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setPen(pen(curve, colours))
    painter.drawLine(QPointF(1, 6), QPointF(25, 6))
    painter.end()
    return QIcon(pixmap)


def style_plot(plot: pg.PlotItem, colours: Colours) -> None:
    """Give a plot the theme's colours; pyqtgraph does not follow Qt's palette."""
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(pg.mkPen(colours.border))
        axis.setTextPen(pg.mkPen(colours.muted))
        # The finest grid lines take longer to draw than a long curve, and show less.
        axis.setStyle(maxTickLevel=1)
    plot.showGrid(x=True, y=True, alpha=0.12 if colours.dark else 0.16)


def make_widget(name: str) -> pg.GraphicsLayoutWidget:
    """Make an empty widget for plots.

    Args:
        name: The accessible name.
    """
    widget = pg.GraphicsLayoutWidget()
    widget.setAccessibleName(name)
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.ci.setContentsMargins(4, 4, 8, 4)
    widget.ci.setSpacing(2)
    return widget


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """The positions of the steps of a series on the horizontal axis.

    Attributes:
        x: Shape (length,), seconds since the epoch, or step numbers where there are no dates.
        dated: Whether `x` holds seconds.
        step: Distance from the last step to the next.
    """

    x: Values
    dated: bool
    step: float

    @classmethod
    def of(cls, series: Series) -> "TimeAxis":
        """Return the axis of a series."""
        if series.timestamps is None or series.length == 0:
            return cls(np.arange(series.length, dtype=np.float64), False, 1.0)
        x = seconds(series.timestamps)
        step = float(x[-1] - x[-2]) if len(x) > 1 else 86400.0
        return cls(x, True, step or 1.0)

    def position(self, steps: int) -> float:
        """Return the position of a step, counted from the first; also beyond the last."""
        last = len(self.x) - 1
        if last < 0:
            return float(steps)
        if steps <= last:
            return float(self.x[max(steps, 0)])
        return float(self.x[last] + (steps - last) * self.step)

    def steps(self, position: float) -> int:
        """Return the step nearest to a position, counted from the first; also beyond the last."""
        last = len(self.x) - 1
        if last < 0:
            return round(position)
        if position > self.x[last]:
            return last + round((position - float(self.x[last])) / self.step)
        return min(int(np.searchsorted(self.x, position - self.step / 2)), last)


def forecast_positions(forecast: "ItemForecast", first: int) -> Values:
    """Return the positions of the steps of a forecast.

    Args:
        forecast: The forecast.
        first: Number of its first step, if there are no dates.
    """
    if forecast.timestamps is not None:
        return seconds(forecast.timestamps)
    return np.arange(first, first + forecast.values.shape[1], dtype=np.float64)


def seconds(stamps: NDArray[np.datetime64]) -> Values:
    """Convert timestamps to seconds since the epoch."""
    return stamps.astype("datetime64[ns]").astype(np.int64) / 1e9
