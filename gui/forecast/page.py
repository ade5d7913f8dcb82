"""The forecast of a series: the chart, its legend, and in words what was compared."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.base.errors import UserError
from engine.base.findings import Severity
from engine.data.holdout import can_be_cut
from engine.data.series import Series, SeriesSet
from engine.forecast.events import Compared, ForecastReady, PolicyWeighed
from engine.runtime.events import Event, FellBack, ModelLoaded, Noticed, SmallValuesChanged
from gui.charts.forecast_plot import ForecastPlot
from gui.charts.plots import Curve, TimeAxis, forecast_positions
from gui.forecast.chart_head import ChartHead
from gui.forecast.notice import ForecastNotice
from gui.forecast.result import ForecastResult
from gui.runs.run_options import LONGEST_CONTEXT, LONGEST_HORIZON, RunOptions
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.theme import Theme

if TYPE_CHECKING:
    from engine.config.settings import CompileConfig
    from engine.results.forecasts import ForecastSet, ItemForecast
    from gui.charts.export import Caption

BEFORE = 5
"""How many horizons of history are in view at first."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a forecast is made with.

    Attributes:
        config: The configuration; None before there is one.
        options: The options.
    """

    config: "CompileConfig | None"
    options: RunOptions

    @property
    def deciding(self) -> "tuple[CompileConfig | None, RunOptions]":
        """What decides about the forecasts: where both modes are compared, neither is chosen."""
        if self.config is None:
            return None, self.options
        config = self.config.deciding
        return config.replace(enabled=True) if self.options.compare else config, self.options


class ForecastView(QWidget):
    """Shows one target of one item, and its forecasts as they arrive.

    Signals:
        options_asked: Other options were chosen on the chart (`RunOptions`).
        neighbour_asked: The next (1) or last (-1) series is wanted.
        export_asked: The chart is to be exported.
        fix_asked: Another setting is wanted (`engine.base.findings.Fix`).
    """

    fix_asked = Signal(object)
    options_asked = Signal(object)
    neighbour_asked = Signal(int)
    export_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("forecast_view")
        self._theme = theme
        self._series = SeriesSet((), ())
        self._item = 0
        self._options = RunOptions()
        self._config: CompileConfig | None = None
        self._asked = self._made = Choices(None, self._options)
        self._longest: int | None = None
        self._model = ""
        self.forecasts: dict[Curve, ForecastSet] = {}
        self._places: dict[Curve, dict[str, ItemForecast]] = {}
        self._fresh: set[Curve] = set()
        self._held: list[Event] = []  # of a run that has shown nothing yet
        self._running = False
        self._notice = ForecastNotice()
        self._notice.fix_asked.connect(self.fix_asked)
        self.plot = ForecastPlot(theme.colours)
        self._head = ChartHead()
        self._lay_out()
        self._head.legend.switched.connect(self.plot.set_visible)
        self._head.target_chosen.connect(self._target_chosen)
        self._head.fit_asked.connect(self.fit)
        self._head.all_asked.connect(self.plot.show_all)
        self._head.export_asked.connect(self.export_asked)
        self.plot.context_dragged.connect(self._drag_context)
        self.plot.horizon_dragged.connect(self._drag_horizon)
        self.plot.context_passes.connect(self._tell_context)
        self.plot.horizon_passes.connect(self._tell_horizon)
        self.plot.neighbour_asked.connect(self.neighbour_asked)
        self.plot.pointed.connect(self._show_pointed)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_set(self, series: SeriesSet) -> None:
        """Takes other data; forecasts of the last ones go, and none that still runs is taken."""
        self._series = series
        self._running = False
        self._forget_forecasts()
        self._result.clear()
        self._head.show_targets(series.target_names)
        self._notice.clear()
        self.show_item(0)

    def show_item(self, item: int) -> None:
        """Shows another item."""
        self._item = item
        self.plot.hide_crosshair()
        self._show(zoom=True)

    def show_options(self, options: RunOptions) -> None:
        """Takes over the options of a run."""
        moved = options.holdout != self._options.holdout
        longer = options.horizon > self._options.horizon
        self._options = options
        self._show(zoom=moved or (longer and not self._sees_horizon()))
        self._judge_age()

    def show_config(self, config: "CompileConfig") -> None:
        """Takes over the configuration of a run."""
        self._config = config
        self._judge_age()

    def begin(self) -> None:
        """A forecast starts; what is shown stays until there is something newer."""
        self._asked = Choices(self._config, self._options)
        self._running = True
        self._fresh.clear()
        self._held.clear()
        self._result.begin(comparing=self._options.compare)

    def take(self, event: Event) -> None:
        """Shows what an event says, if it is about the forecast that runs."""
        if isinstance(event, ModelLoaded):
            self._longest = event.model.context_length
        if not self._running:
            return
        match event:
            case ForecastReady():
                self._take_forecast(event)
            case Compared():
                self._result.take(event)
            case PolicyWeighed():
                self._result.take(event)
                if event.judgement.status != "pass":
                    self._keep(Curve.KEPT, event.kept)
                    self._show(zoom=False)
            case _ if not self._fresh:
                self._held.append(event)
            case _:
                self._tell(event)

    def _tell(self, event: Event) -> None:
        """Tells what is to be known about the forecasts that are shown."""
        match event:
            case ModelLoaded():
                self._model = f"{event.model.source}, {event.model.dtype}"
            case FellBack():
                self._notice.add(f"Fell back to eager. {event.cause}")
            case Noticed() if event.finding.severity is not Severity.ADVICE:
                self._notice.add(str(event.finding))
            case SmallValuesChanged():
                self._notice.add_small_values(event, both=self._asked.options.compare)

    def end(self) -> None:
        """The run is over, however it ended."""
        self._running = False
        self._result.end()

    @property
    def chart(self) -> ForecastPlot:
        """The chart as it is shown."""
        return self.plot

    @property
    def caption(self) -> "Caption":
        """The series, its file, the model, and the curves that are there."""
        from gui.charts.export import Caption  # seldom needed

        target = self._head.target_name
        parts = [self._head.name.text(), target, Path(self._series.source).name]
        if self.forecasts:
            parts += [self._model, *self._lengths()]
        drawn = tuple(
            entry for entry in self._head.legend.shown if len(self.plot.drawn(entry[0])[0])
        )
        return Caption("  ·  ".join(part for part in parts if part), drawn)

    def _lengths(self) -> list[str]:
        """Context and horizon of the forecasts that are shown; the lines are of the next ones."""
        made = self._made.options
        context = [f"context {made.context_length}"] if made.context_length else []
        return [*context, f"horizon {made.horizon}"]

    @property
    def export_name(self) -> str:
        """What a file with the chart might be called."""
        name = "".join(mark if mark.isalnum() else "-" for mark in self._head.name.text())
        return f"forecast-{name}"

    def table(self) -> str:
        """All forecasts as CSV, the modes below each other.

        Raises:
            UserError: There is no forecast yet.
        """
        if not self.forecasts:
            raise UserError("There is no forecast to export yet.", "Press Forecast first.")
        parts: list[str] = []
        for curve, forecast in self.forecasts.items():
            frame = forecast.to_frame()
            frame.insert(0, "mode", str(curve))
            parts.append(frame.to_csv(index=False, header=not parts, float_format="%.9g"))
        return "".join(parts)

    def _take_forecast(self, event: ForecastReady) -> None:
        curve = Curve.COMPILED if event.compiled else Curve.EAGER
        if not self._fresh:
            # The first of a run: the others belong to the run before.
            self._forget_forecasts()
            self._made = self._asked
            self._notice.clear()
            for held in self._held:
                self._tell(held)
        self._fresh.add(curve)
        self._keep(curve, event.forecast)
        self._result.take(event)
        self._show(zoom=len(self._fresh) == 1)
        self._judge_age()

    def _keep(self, curve: Curve, forecast: "ForecastSet") -> None:
        self.forecasts[curve] = forecast
        self._places[curve] = {item.item_id: item for item in forecast.items}
        self._head.legend.offer(Curve.KEPT, Curve.KEPT in self.forecasts)

    def _forget_forecasts(self) -> None:
        self.forecasts.clear()
        self._places.clear()
        self._head.legend.offer(Curve.KEPT, False)

    def _judge_age(self) -> None:
        now = Choices(self._config, self._options)
        self._result.show_stale(bool(self.forecasts) and now.deciding != self._made.deciding)

    def _show(self, zoom: bool) -> None:
        if not self._series.series:
            return
        item = self._series.series[min(self._item, len(self._series) - 1)]
        target = self._head.target
        self._head.name.setText(item.item_id)
        axis = TimeAxis.of(item)
        known = self._known(item)
        self.plot.show_series(axis, item.targets[target], known, self._series.timezone)
        self._head.legend.offer(Curve.ACTUAL, known < item.length)
        for curve, places in self._places.items():
            if item.item_id in places:
                self._show_forecast(curve, places[item.item_id], item, target)
        context = self._options.context_length or self._longest or known
        held_out = self._holds_out(item)
        horizon = known if held_out else item.length - 1 + self._options.horizon
        self.plot.show_bounds(max(known - context, 0), horizon, held_out=held_out)
        if zoom:
            self.fit()

    def _show_forecast(self, curve: Curve, forecast: "ItemForecast", item: Series, at: int) -> None:
        levels = self.forecasts[curve].quantile_levels
        steps = forecast.values.shape[1]
        held_out = self._made.options.holdout and can_be_cut(item, steps)
        first = item.length - steps if held_out else item.length
        x = forecast_positions(forecast, first)
        self.plot.show_forecast(curve, x, forecast.values[at], levels)

    def _sees_horizon(self) -> bool:
        """Whether both ends of the horizon are in view."""
        if not self._series.series:
            return True
        item = self._series.series[min(self._item, len(self._series) - 1)]
        known = self._known(item)
        ends = (known, known + self._options.horizon - 1)
        return all(self.plot.has_in_view(step) for step in ends)

    def _holds_out(self, item: Series) -> bool:
        return self._options.holdout and can_be_cut(item, self._options.horizon)

    def _known(self, item: Series) -> int:
        return item.length - self._options.horizon if self._holds_out(item) else item.length

    @Slot()
    def fit(self) -> None:
        """Zooms to the end of the history and the forecast."""
        if not self._series.series:
            return
        item = self._series.series[min(self._item, len(self._series) - 1)]
        last = self._known(item) + self._options.horizon
        self.plot.show_steps(self._known(item) - BEFORE * self._options.horizon, last)

    @Slot(str)
    def _show_pointed(self, text: str) -> None:
        self._pointed.setText(text)

    def _context_at(self, step: int) -> int:
        """The context length where its line is at a step."""
        known = self._known(self._series.series[self._item])
        return min(max(known - step, 1), known, LONGEST_CONTEXT)

    def _horizon_at(self, step: int) -> int:
        """The horizon where its line is at a step."""
        item = self._series.series[self._item]
        held_out = self._holds_out(item)
        steps = item.length - step if held_out else step - item.length + 1
        longest = min(item.length // 2, LONGEST_HORIZON) if held_out else LONGEST_HORIZON
        return min(max(steps, 1), longest)

    @Slot(int)
    def _drag_context(self, step: int) -> None:
        self.options_asked.emit(replace(self._options, context_length=self._context_at(step)))

    @Slot(int)
    def _drag_horizon(self, step: int) -> None:
        self.options_asked.emit(replace(self._options, horizon=self._horizon_at(step)))

    @Slot(int)
    def _tell_context(self, step: int) -> None:
        self._pointed.setText(f"context {self._context_at(step)}")

    @Slot(int)
    def _tell_horizon(self, step: int) -> None:
        self._pointed.setText(f"horizon {self._horizon_at(step)}")

    @Slot()
    def _restyle(self) -> None:
        self.plot.restyle(self._theme.colours)
        self._head.legend.restyle(self._theme.colours)

    @Slot()
    def _target_chosen(self) -> None:
        self._show(zoom=True)

    def _lay_out(self) -> None:
        self._result = ForecastResult()
        self._pointed = ElidedLabel()
        self._pointed.setObjectName("pointed")
        self._pointed.setProperty("kind", "small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(6)
        layout.addWidget(self._head)
        layout.addWidget(self._notice)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self._pointed)
        layout.addWidget(self._result)
