"""The plot of a forecast: history, actuals and forecasts, with their difference below."""

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.charts.band import Band
from gui.charts.date_axis import DateAxis
from gui.charts.plots import Curve, TimeAxis, Values, brush, make_widget, pen, style_plot
from gui.widgets.colours import Colours

if TYPE_CHECKING:
    from engine.results.forecasts import ForecastSet

BANDS = {0.1: 60, 0.3: 80}
"""Lower quantile level of each band (the upper one mirrors it) and its opacity."""

SAMPLES_A_PIXEL = 1.0
"""Pairs of the lowest and the highest value drawn for each pixel of a long curve."""

COMPARED = (Curve.EAGER, Curve.COMPILED)
"""The forecasts with bands; their difference is drawn."""

FORECASTS = (*COMPARED, Curve.KEPT)
SHOWN = (Curve.HISTORY, Curve.ACTUAL, *FORECASTS)


class ForecastPlot(QWidget):
    """Draws one target of one series.

    Attributes:
        colours: The theme's colours.
        canvas: The widget that is drawn on.

    Signals:
        context_dragged: The user released the context line at a step, counted from the first.
        horizon_dragged: The user released the horizon line at a step.
        context_moving, horizon_moving: The user drags the line, which is at a step now.
        neighbour_requested: The user wants the next (1) or the previous (-1) series.
        pointed: The mouse points at a position (its values in words; empty outside).
    """

    context_dragged = Signal(int)
    horizon_dragged = Signal(int)
    context_moving = Signal(int)
    horizon_moving = Signal(int)
    neighbour_requested = Signal(int)
    pointed = Signal(str)

    def __init__(self, colours: Colours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colours = colours
        self._axis = TimeAxis(np.empty(0), False, 1.0)
        self._quantiles: dict[Curve, Values] = {}
        self._shown = {curve: (np.empty(0), np.empty(0)) for curve in SHOWN}
        self.canvas = make_widget("Forecast chart")
        self.canvas.setObjectName("forecast_chart")
        self.canvas.installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas)
        self.main = self.canvas.addPlot(row=0, col=0, enableMenu=False)
        self._difference = self.canvas.addPlot(row=1, col=0, enableMenu=False)
        self.canvas.ci.layout.setRowStretchFactor(0, 4)
        self.canvas.ci.layout.setRowStretchFactor(1, 1)
        for plot in (self.main, self._difference):
            plot.hideButtons()
            plot.getAxis("left").setWidth(64)
        self._difference.setXLink(self.main)
        self._difference.setLabel("left", "difference")
        self._difference.setMinimumHeight(80)
        self._difference.getAxis("left").enableAutoSIPrefix(False)
        self.main.getAxis("bottom").setStyle(showValues=False)
        self._make_curves()
        self._make_lines()
        self._proxy = pg.SignalProxy(
            self.main.scene().sigMouseMoved, rateLimit=60, slot=self._point
        )
        self.restyle(colours)

    def _make_curves(self) -> None:
        self._curves = {
            curve: self.main.plot(autoDownsampleFactor=SAMPLES_A_PIXEL)
            for curve in (Curve.HISTORY, Curve.ACTUAL)
        }
        for item in self._curves.values():
            # Not in the constructor: a plot gives its own settings to what is added to it.
            item.setDownsampling(auto=True, method="peak")
            item.setClipToView(True)
        self._bands: dict[tuple[Curve, float], Band] = {}
        for curve in COMPARED:
            for level in BANDS:
                self._bands[curve, level] = band = Band()
                self.main.addItem(band)
        for curve in FORECASTS:
            self._curves[curve] = self.main.plot()
        self._gap_band = Band()
        self._difference.addItem(self._gap_band)
        self._gap = self._difference.plot()
        self._hint = pg.LabelItem("compiled minus eager (after a comparison)")
        self._hint.setParentItem(self._difference.vb)
        self._hint.anchor(itemPos=(0.5, 0.5), parentPos=(0.5, 0.3))

    def _make_lines(self) -> None:
        self._zero = pg.InfiniteLine(pos=0, angle=0)
        self._difference.addItem(self._zero)
        self._context = pg.InfiniteLine(
            angle=90, movable=True, label="context", labelOpts={"position": 0.95}
        )
        self._horizon = pg.InfiniteLine(
            angle=90, movable=True, label="horizon", labelOpts={"position": 0.87}
        )
        self._context.sigPositionChangeFinished.connect(self._context_moved)
        self._horizon.sigPositionChangeFinished.connect(self._horizon_moved)
        self._context.sigDragged.connect(self._context_moving)
        self._horizon.sigDragged.connect(self._horizon_moving)
        self._cross = [pg.InfiniteLine(angle=90), pg.InfiniteLine(angle=90)]
        self._level = pg.InfiniteLine(angle=0)
        for plot, line in (
            (self.main, self._context),
            (self.main, self._horizon),
            (self.main, self._cross[0]),
            (self._difference, self._cross[1]),
            (self.main, self._level),
        ):
            plot.addItem(line, ignoreBounds=True)
        for line in (*self._cross, self._level, self._context, self._horizon):
            line.setVisible(False)

    def show_series(self, axis: TimeAxis, values: Values, known: int, timezone: str | None) -> None:
        """Draw the history and the actuals of a target, and remove the forecasts.

        Args:
            axis: The positions of its steps.
            values: Shape (length,).
            known: Steps that count as history; the others are held out.
            timezone: Time zone of the file; None if it had none.
        """
        self._axis = axis
        self._set_dated(axis.dated)
        label = "UTC" if timezone else ""
        self._difference.getAxis("bottom").setLabel(label)
        self._draw(Curve.HISTORY, axis.x[:known], values[:known])
        # The actuals begin at the last known step, so that the lines meet.
        start = max(known - 1, 0)
        held_out = len(values) > known
        self._draw(
            Curve.ACTUAL,
            axis.x[start:] if held_out else np.empty(0),
            values[start:] if held_out else np.empty(0),
        )
        for curve in FORECASTS:
            self._clear_forecast(curve)
        self._draw_difference()

    def show_forecast(
        self, curve: Curve, x: Values, values: Values, forecasts: "ForecastSet"
    ) -> None:
        """Draw a forecast.

        Args:
            curve: One of `FORECASTS`.
            x: Shape (horizon,), the positions of its steps.
            values: Shape (horizon, quantile levels).
            forecasts: The set that it belongs to, for its quantile levels.
        """
        self._quantiles[curve] = values
        self._draw(curve, x, values[:, forecasts.level_index(0.5)])
        for level, band in self._bands_of(curve):
            low, high = (values[:, forecasts.level_index(edge)] for edge in (level, 1 - level))
            band.draw(x, low, high)
        self._draw_difference()

    def _clear_forecast(self, curve: Curve) -> None:
        self._quantiles.pop(curve, None)
        self._draw(curve, np.empty(0), np.empty(0))
        for _level, band in self._bands_of(curve):
            band.clear()

    def show_bounds(self, context_start: int, horizon: int, *, held_out: bool) -> None:
        """Place the two lines that can be dragged.

        Args:
            context_start: The first step that the model sees.
            horizon: The step of the horizon line.
            held_out: Whether the horizon begins at its line, among known steps, or ends there.
        """
        words = "forecast from" if held_out else "horizon"
        self._horizon.label.setFormat(words)
        self._context.setPos(self._axis.position(context_start))
        self._horizon.setPos(self._axis.position(horizon))
        self._context.setVisible(len(self._axis.x) > 0)
        self._horizon.setVisible(len(self._axis.x) > 0)

    def set_visible(self, curve: Curve, visible: bool) -> None:
        """Show or hide a curve and its bands."""
        self._curves[curve].setVisible(visible)
        for _level, band in self._bands_of(curve):
            band.setVisible(visible)

    def show_steps(self, first: int, last: int) -> None:
        """Zoom to a range of steps."""
        left, right = self._axis.position(max(first, 0)), self._axis.position(last)
        if right > left:
            self.main.setXRange(left, right, padding=0.02)
            self._fit_height(left, right)

    def has_in_view(self, step: int) -> bool:
        """Say whether a step is in view."""
        left, right = self.main.viewRange()[0]
        return bool(left <= self._axis.position(step) <= right)

    def show_all(self) -> None:
        """Zoom out to the whole series."""
        ends = [x[-1] for x, _values in self._shown.values() if len(x)]
        if ends and len(self._axis.x):
            left, right = float(self._axis.x[0]), float(max(ends))
            self.main.setXRange(left, right, padding=0.02)
            self._fit_height(left, right)

    def restyle(self, colours: Colours) -> None:
        """Take over a theme, and hide the crosshair: an exported chart must not show it."""
        self.hide_crosshair()
        self.colours = colours
        self.canvas.setBackground(colours.panel)
        for plot in (self.main, self._difference):
            style_plot(plot, colours)
        for curve, item in self._curves.items():
            item.setPen(pen(curve, colours))
        for (curve, level), band in self._bands.items():
            band.setBrush(brush(curve, colours, BANDS[level]))
        self._hint.setText(self._hint.text, color=colours.muted)
        self._gap_band.setBrush(brush(Curve.HISTORY, colours, 70))
        self._gap.setPen(pg.mkPen(colours.text, width=1))
        self._zero.setPen(pg.mkPen(colours.border))
        for line in (*self._cross, self._level):
            line.setPen(pg.mkPen(colours.muted, style=Qt.PenStyle.DotLine))
        for line in (self._context, self._horizon):
            line.setPen(pg.mkPen(colours.accent, width=2))
            line.setHoverPen(pg.mkPen(colours.text, width=3))
            line.label.setColor(colours.accent)

    @property
    def handles(self) -> tuple[pg.InfiniteLine, ...]:
        """Return the lines that choose context and horizon of the next forecast."""
        return self._context, self._horizon

    def hide_crosshair(self) -> None:
        """Hide the crosshair until the mouse moves over the plot again."""
        # A move that waits for its turn would bring it back.
        self._proxy.flush()
        for line in (*self._cross, self._level):
            line.setVisible(False)
        self.pointed.emit("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go to a neighbouring series by arrow key; hide the crosshair when the mouse leaves."""
        if event.type() == QEvent.Type.Leave:
            self.hide_crosshair()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {
                Qt.Key.Key_Right: 1,
                Qt.Key.Key_Down: 1,
                Qt.Key.Key_Left: -1,
                Qt.Key.Key_Up: -1,
            }.get(Qt.Key(event.key()))
            if step is not None:
                self.neighbour_requested.emit(step)
                return True
        return super().eventFilter(watched, event)

    def _bands_of(self, curve: Curve) -> list[tuple[float, Band]]:
        return [(level, band) for (owner, level), band in self._bands.items() if owner is curve]

    def _draw(self, curve: Curve, x: Values, values: Values) -> None:
        self._shown[curve] = (x, values)
        gaps = bool(np.isnan(values).any())
        self._curves[curve].setData(x, values, connect="finite" if gaps else "all")

    def _draw_difference(self) -> None:
        (x, eager), (_x, compiled) = self._shown[Curve.EAGER], self._shown[Curve.COMPILED]
        quantiles = [self._quantiles.get(curve, np.empty((0, 1))) for curve in COMPARED]
        both = quantiles[0].shape == quantiles[1].shape and len(eager) > 0
        # The line is the medians' difference; the band holds those of all quantiles.
        gap = quantiles[1] - quantiles[0] if both else np.empty((0, 1))
        if both:
            self._gap.setData(x, compiled - eager)
            self._gap_band.draw(x, gap.min(axis=1), gap.max(axis=1))
        else:
            self._gap.setData(np.empty(0), np.empty(0))
            self._gap_band.clear()
        self._hint.setVisible(not both)
        self._difference.getAxis("left").setStyle(showValues=both)
        # Without a difference there is nothing that a range could be fitted to.
        if gap.any():
            self._difference.enableAutoRange(axis="y", enable=True)
        else:
            self._difference.setYRange(-1, 1)

    def _fit_height(self, left: float, right: float) -> None:
        parts = [
            values[np.searchsorted(x, left) : np.searchsorted(x, right, side="right")]
            for x, values in self._shown.values()
        ]
        parts += [band.values for band in self._bands.values()]
        values = np.concatenate(parts)
        values = values[np.isfinite(values)]
        if values.size:
            self.main.setYRange(float(values.min()), float(values.max()), padding=0.08)

    def _set_dated(self, dated: bool) -> None:
        if isinstance(self._difference.getAxis("bottom"), DateAxis) == dated:
            return
        axis = DateAxis() if dated else pg.AxisItem("bottom")
        self._difference.setAxisItems({"bottom": axis})
        style_plot(self._difference, self.colours)

    def _context_moving(self) -> None:
        self.context_moving.emit(self._axis.steps(self._context.value()))

    def _horizon_moving(self) -> None:
        self.horizon_moving.emit(self._axis.steps(self._horizon.value()))

    def _context_moved(self) -> None:
        self.context_dragged.emit(self._axis.steps(self._context.value()))

    def _horizon_moved(self) -> None:
        self.horizon_dragged.emit(self._axis.steps(self._horizon.value()))

    def _point(self, arguments: tuple[QPointF]) -> None:
        if any(line.moving for line in self.handles):
            return  # the line that is dragged shows its own position
        inside = self.main.sceneBoundingRect().contains(arguments[0])
        if not inside or not len(self._axis.x):
            self.hide_crosshair()
            return
        for line in (*self._cross, self._level):
            line.setVisible(True)
        pointed = self.main.vb.mapSceneToView(arguments[0])
        position = self._axis.position(self._axis.steps(pointed.x()))
        for line in self._cross:
            line.setPos(position)
        self._level.setPos(pointed.y())
        self.pointed.emit(self.values_at(position))

    def drawn(self, curve: Curve) -> tuple[Values, Values]:
        """Return the positions of a curve's steps and its values, shape (length,) each."""
        return self._shown[curve]

    def values_at(self, position: float) -> str:
        """Return the values at a position, in words."""
        if self._axis.dated:
            # numpy knows years beyond 9999, and zooming out far enough shows them.
            parts = [str(np.datetime64(int(position // 60), "m")).replace("T", " ")]
        else:
            parts = [f"step {round(position)}"]
        for curve, (x, values) in self._shown.items():
            index = int(np.searchsorted(x, position - self._axis.step / 2))
            if index < len(x) and abs(x[index] - position) < self._axis.step / 2:
                parts.append(f"{curve} {values[index]:.6g}")
        return "  ·  ".join(parts)
