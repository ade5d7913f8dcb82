"""The four charts of a benchmark: calls over time, distribution, ratio, and total time."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.benchmark.calls import CacheState
from engine.benchmark.judging import words
from engine.benchmark.setup import Side
from gui.benchmark.record import BenchmarkRecord
from gui.benchmark.times_axis import TimesAxis
from gui.charts.band import Band
from gui.charts.empty_chart import EmptyChart
from gui.charts.plots import Curve, brush, make_widget, pen, style_plot
from gui.widgets.colours import Colours

CURVES = {Side.A: Curve.EAGER, Side.B: Curve.COMPILED, Side.BFLOAT16: Curve.BFLOAT16}
SYMBOLS = {Side.A: "o", Side.B: "t", Side.BFLOAT16: "s"}
MOST_DOTS = 3000
"""Largest number of calls of a side that are drawn: the latest."""

BINS = 40
MOST_SHOWN = 0.98
"""Share of the calls that the distribution shows; the slowest are cut off."""

FEWEST_CALLS = 100
"""Smallest number of calls up to which total times are drawn."""


class BenchmarkPlots(QWidget):
    """Draws a record.

    Attributes:
        colours: The theme's colours.
        canvas: The widget that is drawn on.
    """

    def __init__(self, colours: Colours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colours = colours
        self._record = BenchmarkRecord()
        self._hidden: frozenset[Side] = frozenset()
        self.canvas = make_widget("Benchmark charts")
        self.canvas.setObjectName("benchmark_charts")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas)
        since = "Time since start (s)"
        axes = {"left": TimesAxis("left")}
        self._calls = self._add((0, 0), "Each call", since, "ms", axes)
        self._spread = self._add((0, 1), "Distribution", "Time per call (ms)", "")
        self._ratio = self._add((1, 0), "Speed of compiled / eager", since, "")
        self._total = self._add(
            (1, 1),
            "Total time, start included",
            "Calls (dotted: warm start)",
            "s",
        )
        self._plots = (self._calls, self._spread, self._ratio, self._total)
        self._empty = {
            plot: EmptyChart(plot, words)
            for plot, words in (
                (self._calls, "Appears when both sides have started"),
                (self._spread, "Appears after the warm-up"),
                (self._ratio, "Appears after a few rounds of calls"),
                (self._total, "Appears at the end"),
            )
        }
        self._make_items()
        self.restyle(colours)

    def _add(
        self,
        place: tuple[int, int],
        title: str,
        below: str,
        left: str,
        axes: dict[str, pg.AxisItem] | None = None,
    ) -> pg.PlotItem:
        plot = self.canvas.addPlot(*place, title=title, axisItems=axes, enableMenu=False)
        plot.hideButtons()
        for side, label in (("bottom", below), ("left", left)):
            plot.getAxis(side).enableAutoSIPrefix(False)
            plot.setLabel(side, label)
        plot.getAxis("left").setWidth(52)
        return plot

    def _make_items(self) -> None:
        self._dots, self._steps, self._warm_ups = {}, {}, {}
        self._calls.setLogMode(y=True)
        self._calls.vb.sigRangeChanged.connect(self._move_label)
        for side in Side:
            self._dots[side] = self._calls.plot(pen=None, symbol=SYMBOLS[side], symbolSize=5)
            self._steps[side] = self._spread.plot(stepMode="center")
            region = pg.LinearRegionItem(movable=False)
            region.setVisible(False)
            self._calls.addItem(region, ignoreBounds=True)
            self._warm_ups[side] = region
        self._words = pg.TextItem("warm-up", anchor=(0, 0))
        self._words.setVisible(False)
        self._calls.addItem(self._words, ignoreBounds=True)
        self._interval = Band()
        self._ratio.addItem(self._interval)
        self._value = self._ratio.plot()
        self._one = pg.InfiniteLine(pos=1, angle=0)
        self._no_difference = pg.LinearRegionItem(orientation="horizontal", movable=False)
        for item in (self._one, self._no_difference):
            self._ratio.addItem(item)
        self._totals: list[pg.PlotDataItem] = []
        self._crossing = pg.InfiniteLine(
            angle=90, label="", labelOpts={"position": 0.2, "anchors": [(0, 0.5)] * 2}
        )
        self._crossing.setVisible(False)
        self._total.addItem(self._crossing, ignoreBounds=True)

    @property
    def handles(self) -> tuple[()]:
        """Return no handles: nothing can be dragged."""
        return ()

    def show_record(self, record: BenchmarkRecord) -> None:
        """Draw everything that a record holds."""
        self._record = record
        self._draw_calls()
        self._draw_ratio()
        self._draw_totals()
        steady = any(times.steady for times in record.sides.values())
        for plot, filled in (
            (self._calls, bool(record.sides)),
            (self._spread, steady),
            (self._ratio, bool(record.speeds)),
            (self._total, bool(record.lines)),
        ):
            self._empty[plot].show_empty(not filled)

    def restyle(self, colours: Colours) -> None:
        """Take over a theme."""
        self.colours = colours
        self.canvas.setBackground(colours.panel)
        for plot in self._plots:
            style_plot(plot, colours)
            self._empty[plot].restyle(colours)
            plot.titleLabel.setText(plot.titleLabel.text, color=colours.text, size="9pt")
        for side, curve in CURVES.items():
            self._dots[side].setSymbolBrush(brush(curve, colours, 150))
            self._dots[side].setSymbolPen(None)
            self._steps[side].setPen(pen(curve, colours))
            self._warm_ups[side].setBrush(brush(curve, colours, 28))
            for line in self._warm_ups[side].lines:
                line.setPen(pg.mkPen(None))
        self._interval.setBrush(brush(Curve.COMPILED, colours, 60))
        self._value.setPen(pen(Curve.COMPILED, colours))
        self._one.setPen(pg.mkPen(colours.muted))
        self._no_difference.setBrush(pg.mkBrush(brush(Curve.HISTORY, colours, 30)))
        for line in self._no_difference.lines:
            line.setPen(pg.mkPen(None))
        self._crossing.setPen(pg.mkPen(colours.accent, width=2))
        self._crossing.label.setColor(colours.accent)
        self._words.setColor(colours.muted)
        self._draw_totals()

    def _draw_calls(self) -> None:
        record = self._record
        self._move_label()
        steady = [times.steady for times in record.sides.values() if times.steady]
        edges = _edges([np.asarray(one) for one in steady])
        for side in Side:
            times = record.sides.get(side)
            at = np.asarray(times.at[-MOST_DOTS:] if times else [])
            self._dots[side].setData(
                at, 1000 * np.asarray(times.seconds[-MOST_DOTS:] if times else [])
            )
            counts, _edge = np.histogram(times.steady if times else [], edges)
            # Without calls the step line is hidden, because it needs one edge more than counts.
            self._steps[side].setData(1000 * edges, counts)
            shown = bool(times and times.steady) and side not in self._hidden
            self._steps[side].setVisible(shown)
            region = self._warm_ups[side]
            began = times.warm_up_began if times else None
            region.setVisible(began is not None)
            if times is not None and began is not None:
                region.setRegion((began, times.warm_up_ended))

    def _move_label(self) -> None:
        """Keep the word for the shaded parts at the top of the first one."""
        starts = [
            times.warm_up_began
            for times in self._record.sides.values()
            if times.warm_up_began is not None
        ]
        self._words.setVisible(bool(starts))
        if starts:
            self._words.setPos(min(starts), self._calls.vb.viewRange()[1][1])

    def set_visible(self, curve: Curve, visible: bool) -> None:
        """Show or hide the calls of a side."""
        for side, of_side in CURVES.items():
            if of_side is curve:
                self._dots[side].setVisible(visible)
                self._hidden = self._hidden - {side} if visible else self._hidden | {side}
        self._draw_calls()

    def _draw_ratio(self) -> None:
        record = self._record
        at = np.asarray(record.speeds_at)
        low, value, high = (
            np.asarray([getattr(speed, name) for speed in record.speeds])
            for name in ("low", "value", "high")
        )
        self._interval.draw(at, low, high)
        self._value.setData(at, value)
        self._no_difference.setRegion((1 / (1 + record.margin), 1 + record.margin))
        # pyqtgraph keeps the last outline of a filled area without data.
        for item in (self._one, self._no_difference, self._interval):
            item.setVisible(bool(record.speeds))
        if not record.speeds:
            self._ratio.setYRange(0.8, 1.2)
        elif len(record.speeds) == 1:
            self._ratio.enableAutoRange(axis="y", enable=True)

    def _draw_totals(self) -> None:
        record = self._record
        for item in self._totals:
            self._total.removeItem(item)
        crossing = record.earned_back.value if record.earned_back is not None else 0.0
        marked = bool(np.isfinite(crossing)) and crossing > 0
        most = max(FEWEST_CALLS, 2 * crossing) if marked else FEWEST_CALLS
        self._totals = []
        for line in record.lines:
            style = pen(CURVES[line.side], self.colours)
            if line.cache is CacheState.WARM:
                style.setStyle(Qt.PenStyle.DotLine)
            ends = np.array([0.0, most])
            total = line.start + line.call * ends
            self._totals.append(self._total.plot(ends, total, pen=style))
        self._crossing.setVisible(marked)
        if marked:
            self._crossing.setPos(crossing)
            self._crossing.label.setFormat(self._crossing_words())

    def _crossing_words(self) -> str:
        """Say after how many calls the start is earned back, and whether that is certain."""
        calls = self._record.earned_back
        if calls is None:
            return ""
        if self._record.certain:
            return f"earned back\nafter {words.count(calls.value)}"
        low, high = words.count(calls.low), words.count(calls.high)
        if not np.isfinite(calls.high):
            return f"{low} or more\n(uncertain)"
        return f"{low}–{high}\n(uncertain)"


def _edges(steady: list[np.ndarray]) -> np.ndarray:
    """Return the edges of bins over the steady calls of all sides, in seconds."""
    if not steady:
        return np.linspace(0, 1, BINS + 1)
    calls = np.concatenate(steady)
    high = float(np.quantile(calls, MOST_SHOWN))
    low = float(calls.min())
    return np.linspace(low, high if high > low else low * 1.01 + 1e-9, BINS + 1)
