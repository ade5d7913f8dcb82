"""The Forecast page: the chart of a series, its forecasts, and how far they are apart."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from engine.data.series import SeriesSet
from engine.kinds import Kind
from gui.forecast.chart import ForecastChart
from gui.forecast.figures import ForecastFigures
from gui.forecast.notice import ForecastNotice
from gui.runs.page import RunPage
from gui.runs.run_options import RunOptions

if TYPE_CHECKING:
    from engine.forecast.job import Forecast
    from engine.forecast.outcome import ForecastOutcome
    from engine.results.model import ModelDescription
    from engine.runtime.events import Event
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
        context_chosen: The user chose another context length on the chart (steps).
        neighbour_requested: The user wants the next (1) or the previous (-1) series.
        fix_requested: The user wants another setting (`engine.base.findings.Fix`).
    """

    label = "&Forecast"
    shortcut = "F5"
    explanation = "Forecast the open data"
    step = "Eager first, then compiled, and the difference between them."

    options_changed = Signal(object)
    context_chosen = Signal(int)
    neighbour_requested = Signal(int)
    fix_requested = Signal(object)

    def __init__(self, kind: Kind, theme: "Theme", runs: "RunControl") -> None:
        super().__init__(kind, theme, runs)
        self._coming: ForecastOutcome | None = None
        self._shown: ForecastOutcome | None = None
        self._outdated = ""

    def build(self) -> None:
        """Fill the page."""
        self._notice = ForecastNotice()
        self._notice.fix_requested.connect(self.fix_requested)
        self.chart = ForecastChart(self.theme, self._notice)
        self.chart.options_changed.connect(self.options_changed)
        self.chart.context_chosen.connect(self.context_chosen)
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
            UserError: No file is open.
        """
        from engine.forecast.job import Forecast  # not before the window is on the screen

        config, options = choices.config, choices.options
        return Forecast(
            # If both modes are compared, it does not matter which one the settings choose.
            config=config.replace(enabled=True) if options.compare else config,
            data=choices.open_series(),
            horizon=options.horizon,
            device=options.device,
            compare=options.compare,
            holdout=options.holdout,
        )

    def show_set(self, series: SeriesSet) -> None:
        """Take other data. Forecasts of the last data go; a running job is ignored."""
        self._coming = self._shown = None
        self._notice.clear()
        self.chart.show_set(series)
        self._show_figures()

    def show_options(self, options: RunOptions) -> None:
        """Show the options of the next run."""
        self.chart.show_options(options)

    def show_context(self, steps: int | None) -> None:
        """Show the context length of the settings."""
        self.chart.show_context(steps)

    def limit_context(self, model: "ModelDescription") -> None:
        """Take over the longest context of a model that was loaded."""
        self.chart.limit_context(model.context_length)

    # A run

    def begin(self, job: "Job") -> None:
        """Show that a forecast starts. What is shown stays until there is something newer."""
        from engine.forecast.job import Forecast
        from engine.forecast.outcome import ForecastOutcome

        assert isinstance(job, Forecast)  # noqa: S101
        self._coming = ForecastOutcome(job=job)
        self._show_figures()

    def handle(self, event: "Event") -> None:
        """Show what the running forecast reports."""
        coming = self._coming
        if coming is None or not coming.handle(event) or not coming.runs:
            return
        is_first = self._shown is not coming
        if is_first:
            self._shown = coming
            self.check_age()
        self.chart.show_outcome(coming, zoom=is_first)
        both = coming.job.compare
        self._notice.show_notes(coming.fallbacks, coming.findings, coming.small_values, both=both)
        self._show_figures()

    def end(self) -> None:
        """Show that the forecast is over, however it ended."""
        self._coming = None
        self._show_figures()

    @property
    def shown_job(self) -> "Forecast | None":
        """Return the forecast that is shown."""
        return self._shown.job if self._shown is not None else None

    def show_outdated(self, why: str) -> None:
        """Mark the forecast as outdated."""
        self._outdated = why
        self._show_figures()

    def _show_figures(self) -> None:
        self._figures.show_result(self._shown, self._coming, outdated=self._outdated)


Page = ForecastPage
