"""The Forecast page: the chart of a series, its forecasts, and how far they are apart."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from engine.base.errors import UserError
from engine.data.holdout import hold_out
from engine.data.series import SeriesSet
from engine.runtime.events import Event
from gui.charts.plots import Curve
from gui.forecast.chart import ForecastChart
from gui.forecast.figures import ForecastFigures
from gui.forecast.fold import ForecastFold
from gui.forecast.notice import ForecastNotice
from gui.runs.outdated import OTHER_SETTINGS
from gui.runs.page import RunPage
from gui.runs.run_options import RunOptions

if TYPE_CHECKING:
    from engine.forecast.job import Forecast
    from engine.results.forecasts import ForecastSet
    from engine.results.model import ModelDescription
    from engine.runtime.job import Job
    from gui.runs.choices import Choices
    from gui.runs.run_control import RunControl
    from gui.widgets.theme import Theme


class ForecastPage(RunPage):
    """Shows one target of one series, and its forecasts as they arrive.

    Attributes:
        chart: The chart.

    Signals:
        options_changed: The user chose other options on the chart (`RunOptions`).
        neighbour_requested: The user wants the next (1) or the previous (-1) series.
        fix_requested: The user wants another setting (`engine.base.findings.Fix`).
    """

    name = "forecast"
    title = "Forecast"
    label = "&Forecast"
    shortcut = "F5"
    explanation = "Forecast the open data"
    step = "Eager first, then compiled, and the difference between them."

    options_changed = Signal(object)
    neighbour_requested = Signal(int)
    fix_requested = Signal(object)

    def __init__(self, theme: "Theme", runs: "RunControl") -> None:
        super().__init__(theme, runs)
        self._coming: ForecastFold | None = None
        self._coming_job: Forecast | None = None
        self._shown: ForecastFold | None = None
        self._shown_job: Forecast | None = None
        self._options = RunOptions()
        self._held_out: tuple[SeriesSet, int, SeriesSet] | None = None
        self._outdated = ""

    def build(self) -> None:
        """Fill the page."""
        self._notice = ForecastNotice()
        self._notice.fix_requested.connect(self.fix_requested)
        self.chart = ForecastChart(self.theme, self._notice)
        self.chart.options_changed.connect(self.options_changed)
        self.chart.neighbour_requested.connect(self.neighbour_requested)
        self.chart.export_requested.connect(self.chart_export_requested)
        self._figures = ForecastFigures()
        self.content.setContentsMargins(12, 8, 12, 8)
        self.content.setSpacing(6)
        self.content.addWidget(self.chart)
        self.content.addWidget(self._figures)

    @property
    def exportable(self) -> ForecastChart:
        """Return the chart."""
        return self.chart

    # What the user has chosen

    def make_job(self, choices: "Choices") -> "Forecast":
        """Make a forecast, of both modes if they are to be compared.

        Raises:
            UserError: No file is open, or no series is long enough for the holdout.
        """
        from engine.forecast.job import Forecast  # not before the window is on the screen

        config, options, series = choices.config, choices.options, choices.open_series()
        if options.compare:
            # Eager first, since it is quick; both with the small-value policy of compiled code.
            policy = config.replace(enabled=True).small_value_policy
            config = config.replace(enabled=False, small_values=policy)
        if options.holdout:
            series = self._history(series, options.horizon)
        return Forecast(
            config=config,
            data=series,
            horizon=options.horizon,
            context_length=options.context_length,
            device=options.device,
            compare=options.compare,
        )

    def show_set(self, series: SeriesSet) -> None:
        """Take other data. Forecasts of the last data go; a running job is ignored."""
        self._coming = self._shown = self._shown_job = None
        self._notice.clear()
        self.chart.show_set(series)
        self._show_figures()

    def show_options(self, options: RunOptions) -> None:
        """Show the options of the next run."""
        self.chart.show_options(options)

    def limit_context(self, model: "ModelDescription") -> None:
        """Take over the longest context of a model that was loaded."""
        self.chart.limit_context(model.context_length)

    # A run

    def begin(self, job: "Job") -> None:
        """Show that a forecast starts. What is shown stays until there is something newer."""
        self._coming, self._coming_job = ForecastFold(), _forecast(job)
        self._options = self.runs.choices().options
        self._show_figures()

    def handle(self, event: Event) -> None:
        """Show what the running forecast reports."""
        if self._coming is None:
            return
        known = len(self._coming.runs)
        self._coming.handle(event)
        if not self._coming.runs:
            return
        is_first = self._shown is not self._coming
        if is_first:
            self._shown, self._shown_job = self._coming, self._coming_job
            self.check_age()
        if is_first or len(self._coming.runs) > known or self._policy_matters():
            self._show_forecasts(self._coming, zoom=is_first)
        self._show_notice(self._coming)
        self._show_figures()

    def end(self) -> None:
        """Show that the forecast is over, however it ended."""
        self._coming = None
        self._show_figures()

    @property
    def shown_job(self) -> "Forecast | None":
        """Return the forecast that is shown."""
        return self._shown_job

    def show_outdated(self, why: str) -> None:
        """Mark the forecast as outdated: other data would have cleared it."""
        self._outdated = OTHER_SETTINGS if why else ""
        self._show_figures()

    def _policy_matters(self) -> bool:
        policy = self._coming.policy if self._coming is not None else None
        return (
            policy is not None
            and policy.judgement.status != "pass"
            and Curve.KEPT not in self.chart.forecasts
        )

    def _show_forecasts(self, fold: ForecastFold, *, zoom: bool) -> None:
        forecasts: dict[Curve, ForecastSet] = {
            Curve.COMPILED if compiled else Curve.EAGER: run.forecast
            for compiled, run in fold.runs.items()
        }
        if fold.policy is not None and fold.policy.judgement.status != "pass":
            forecasts[Curve.KEPT] = fold.policy.kept
        self.chart.show_forecasts(forecasts, self._options, zoom=zoom)

    def _show_notice(self, fold: ForecastFold) -> None:
        if fold.model is not None:
            self.chart.show_model(f"{fold.model.source}, {fold.model.dtype}")
        both = self._shown_job is not None and self._shown_job.compare
        self._notice.show_notes(fold.fallbacks, fold.findings, fold.small_values, both=both)

    def _show_figures(self) -> None:
        comparing = self._coming_job is not None and self._coming_job.compare
        self._figures.show_result(
            self._shown, self._coming, comparing=comparing, outdated=self._outdated
        )

    def _history(self, series: SeriesSet, horizon: int) -> SeriesSet:
        """Hold out the end of the series; the same series again for the same question."""
        last = self._held_out
        if last is None or last[0] is not series or last[1] != horizon:
            cut = hold_out(series, horizon)
            if not cut.actuals:
                raise UserError(
                    f"No series has the {2 * horizon} steps that holding out {horizon} steps "
                    "needs.",
                    "Choose a shorter horizon, or turn Hold out off.",
                )
            last = self._held_out = (series, horizon, cut.history)
        return last[2]


def _forecast(job: "Job") -> "Forecast":
    from engine.forecast.job import Forecast

    assert isinstance(job, Forecast)  # noqa: S101
    return job


PAGE = ForecastPage
