"""The chart of a series with its forecasts: what is drawn, and what is dragged on it."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.base.errors import UserError
from engine.config.values import LARGEST_COUNT
from engine.data.holdout import can_hold_out
from engine.data.series import Series, SeriesSet
from gui.charts.forecast_plot import ForecastPlot
from gui.charts.plots import Curve, TimeAxis, forecast_positions
from gui.forecast.chart_head import ChartHead
from gui.runs.run_options import LONGEST_HORIZON, RunOptions
from gui.widgets.buttons import push_button
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.theme import Theme

if TYPE_CHECKING:
    from engine.forecast.job import Forecast
    from engine.forecast.outcome import ForecastOutcome
    from engine.results.forecasts import ForecastSet, ItemForecast
    from gui.charts.rendering import Caption

BEFORE = 5
"""Length of the history that is in view at first, in horizons."""


class ForecastChart(QWidget):
    """Draws one target of one series, and the forecasts of it.

    Attributes:
        plot: The plot.
        forecasts: The forecasts that are shown, by their curve.

    Signals:
        options_changed: The user dragged the horizon (`RunOptions`).
        context_chosen: The user dragged the context (steps).
        neighbour_requested: The user wants the next (1) or the previous (-1) series.
        export_requested: The user wants to export the chart.
    """

    options_changed = Signal(object)
    context_chosen = Signal(int)
    neighbour_requested = Signal(int)
    export_requested = Signal()

    def __init__(self, theme: Theme, notice: QWidget) -> None:
        """Make an empty chart.

        Args:
            theme: The theme.
            notice: Is placed between the chart's heading and the plot.
        """
        super().__init__()
        self._theme = theme
        self._series = SeriesSet((), ())
        self._item = 0
        self._options = RunOptions()
        self._context: int | None = None
        self._job: Forecast | None = None
        self._model = ""
        self._longest: int | None = None
        self.forecasts: dict[Curve, ForecastSet] = {}
        self._by_item: dict[Curve, dict[str, ItemForecast]] = {}
        self.plot = ForecastPlot(theme.colours)
        self.plot.setObjectName("forecast_plot")
        self._head = ChartHead()
        self._pointed = ElidedLabel()
        self._pointed.setObjectName("pointed")
        self._pointed.setProperty("kind", "small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._head)
        layout.addWidget(notice)
        layout.addWidget(self.plot, 1)
        layout.addLayout(self._make_foot())
        self._connect()
        self._restyle()

    def _connect(self) -> None:
        self._head.legend.switched.connect(self.plot.set_visible)
        self._head.target_chosen.connect(self._show_from_start)
        self._head.export_requested.connect(self.export_requested)
        self.plot.context_dragged.connect(self._change_context)
        self.plot.horizon_dragged.connect(self._change_horizon)
        self.plot.context_moving.connect(self._show_context)
        self.plot.horizon_moving.connect(self._show_horizon)
        self.plot.neighbour_requested.connect(self.neighbour_requested)
        self.plot.pointed.connect(self._pointed.setText)
        self._theme.changed.connect(self._restyle)

    def _make_foot(self) -> QHBoxLayout:
        fit = push_button("fit", "Zoom to forecast", "Zoom to the forecast (Ctrl+0)", "link")
        fit.clicked.connect(self.fit)
        everything = push_button("show_all", "Show all", "Zoom out to the whole series", "link")
        everything.clicked.connect(self.plot.show_all)
        row = QHBoxLayout()
        row.addWidget(self._pointed, 1)
        for button in (fit, everything):
            row.addWidget(button)
        return row

    # What is shown

    def show_set(self, series: SeriesSet) -> None:
        """Take other data; forecasts of the last data go."""
        self._series = series
        self.clear()
        self._head.show_targets(series.target_names)
        self.show_item(0)

    def show_item(self, item: int) -> None:
        """Show another series of the data."""
        self._item = item
        self.plot.hide_crosshair()
        self._show_from_start()

    def show_options(self, options: RunOptions) -> None:
        """Show the options of the next run."""
        moved = options.holdout != self._options.holdout
        longer = options.horizon > self._options.horizon
        self._options = options
        self._show(zoom=moved or (longer and not self._sees_horizon()))

    def show_context(self, steps: int | None) -> None:
        """Show the context length of the settings, in steps; None for the model's limit."""
        if steps != self._context:
            self._context = steps
            self._show(zoom=False)

    def limit_context(self, longest: int) -> None:
        """Take over the longest context of the model, in steps."""
        self._longest = longest

    def clear(self) -> None:
        """Forget all forecasts."""
        self._job = None
        self.forecasts.clear()
        self._by_item.clear()
        self._head.legend.offer(Curve.KEPT, False)

    def show_outcome(self, outcome: "ForecastOutcome", *, zoom: bool) -> None:
        """Show the forecasts of a job in place of the last ones.

        Args:
            outcome: What the job has reported so far.
            zoom: Whether to zoom to the forecasts.
        """
        if outcome.model is not None:
            self._model = f"{outcome.model.source}, {outcome.model.dtype}"
        forecasts = _forecasts_of(outcome)
        if outcome.job is self._job and forecasts.keys() == self.forecasts.keys():
            return
        self._job, self.forecasts = outcome.job, forecasts
        self._by_item = {
            curve: {item.item_id: item for item in forecast.items}
            for curve, forecast in forecasts.items()
        }
        self._head.legend.offer(Curve.KEPT, Curve.KEPT in forecasts)
        self._show(zoom)

    # What can be exported

    @property
    def chart(self) -> ForecastPlot:
        """Return the chart as it is shown."""
        return self.plot

    @property
    def caption(self) -> "Caption":
        """Return a caption: the series, its file, the model, and the curves that are there."""
        from gui.charts.rendering import Caption  # seldom needed

        parts = [self._head.name.text(), self._head.target_name, Path(self._series.source).name]
        if self._job is not None:
            length = self._job.config.context_length
            context = f"context {length}" if length else ""
            parts += [self._model, context, f"horizon {self._job.horizon}"]
        drawn = tuple(
            entry for entry in self._head.legend.shown if len(self.plot.drawn(entry[0])[0])
        )
        return Caption("  ·  ".join(part for part in parts if part), drawn)

    @property
    def export_name(self) -> str:
        """Return a name for a file with the chart, without a suffix."""
        name = "".join(mark if mark.isalnum() else "-" for mark in self._head.name.text())
        return f"forecast-{name}"

    def table(self) -> str:
        """Return all forecasts as CSV, one mode below the other.

        Raises:
            UserError: There is no forecast yet.
        """
        if not self.forecasts:
            raise UserError("There is no forecast to export yet.", "Press Forecast first.")
        from gui.charts.exports.csv import forecasts_as_csv  # seldom needed

        return forecasts_as_csv((str(curve), one) for curve, one in self.forecasts.items())

    # Drawing

    @Slot()
    def _show_from_start(self) -> None:
        self._show(zoom=True)

    def _show(self, zoom: bool) -> None:
        item = self._shown_series
        if item is None:
            return
        target = self._head.target
        self._head.name.setText(item.item_id)
        axis = TimeAxis.of(item)
        known = self._known(item)
        self.plot.show_series(axis, item.targets[target], known, self._series.timezone)
        self._head.legend.offer(Curve.ACTUAL, known < item.length)
        for curve, items in self._by_item.items():
            if item.item_id in items:
                self._draw_forecast(curve, items[item.item_id], item, target)
        context = self._context or self._longest or known
        held_out = self._holds_out(item)
        horizon = known if held_out else item.length - 1 + self._options.horizon
        self.plot.show_bounds(max(known - context, 0), horizon, held_out=held_out)
        if zoom:
            self.fit()

    def _draw_forecast(self, curve: Curve, forecast: "ItemForecast", item: Series, at: int) -> None:
        steps = forecast.values.shape[1]
        held_out = self._job is not None and self._job.holdout and can_hold_out(item, steps)
        first = item.length - steps if held_out else item.length
        x = forecast_positions(forecast, first)
        self.plot.show_forecast(curve, x, forecast.values[at], self.forecasts[curve])

    @Slot()
    def fit(self) -> None:
        """Zoom to the end of the history and the forecast."""
        item = self._shown_series
        if item is not None:
            known, horizon = self._known(item), self._options.horizon
            self.plot.show_steps(known - BEFORE * horizon, known + horizon)

    @property
    def _shown_series(self) -> Series | None:
        if not self._series.series:
            return None
        return self._series.series[min(self._item, len(self._series) - 1)]

    def _sees_horizon(self) -> bool:
        """Say whether both ends of the horizon are in view."""
        item = self._shown_series
        if item is None:
            return True
        known = self._known(item)
        return all(
            self.plot.has_in_view(step) for step in (known, known + self._options.horizon - 1)
        )

    def _holds_out(self, item: Series) -> bool:
        return self._options.holdout and can_hold_out(item, self._options.horizon)

    def _known(self, item: Series) -> int:
        """Return the number of steps that count as history."""
        return item.length - self._options.horizon if self._holds_out(item) else item.length

    # Dragging

    def _context_at(self, step: int) -> int:
        """Return the context length when its line stands at a step."""
        known = self._known(self._series.series[self._item])
        return min(max(known - step, 1), known, LARGEST_COUNT)

    def _horizon_at(self, step: int) -> int:
        """Return the horizon when its line stands at a step."""
        item = self._series.series[self._item]
        held_out = self._holds_out(item)
        steps = item.length - step if held_out else step - item.length + 1
        longest = min(item.length // 2, LONGEST_HORIZON) if held_out else LONGEST_HORIZON
        return min(max(steps, 1), longest)

    @Slot(int)
    def _change_context(self, step: int) -> None:
        self.context_chosen.emit(self._context_at(step))

    @Slot(int)
    def _change_horizon(self, step: int) -> None:
        self.options_changed.emit(replace(self._options, horizon=self._horizon_at(step)))

    @Slot(int)
    def _show_context(self, step: int) -> None:
        self._pointed.setText(f"context {self._context_at(step)}")

    @Slot(int)
    def _show_horizon(self, step: int) -> None:
        self._pointed.setText(f"horizon {self._horizon_at(step)}")

    @Slot()
    def _restyle(self) -> None:
        self.plot.restyle(self._theme.colours)
        self._head.legend.restyle(self._theme.colours)


def _forecasts_of(outcome: "ForecastOutcome") -> "dict[Curve, ForecastSet]":
    """Return the forecasts of a job by their curve."""
    forecasts: dict[Curve, ForecastSet] = {}
    if outcome.eager is not None:
        forecasts[Curve.EAGER] = outcome.eager.forecast
    if outcome.compiled is not None:
        forecasts[Curve.COMPILED] = outcome.compiled.forecast
    policy = outcome.policy
    if policy is not None and policy.judgement.status != "pass":
        forecasts[Curve.KEPT] = policy.kept
    return forecasts
