"""The Benchmark page: what starts a benchmark, and what shows one."""

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot

from gui.runs.page import RunPage

if TYPE_CHECKING:
    from engine.benchmark.job import Benchmark
    from engine.benchmark.outcome import Judged
    from engine.runtime.events import Event
    from engine.runtime.job import Job
    from gui.benchmark.view import BenchmarkView
    from gui.runs.choices import Choices


class BenchmarkPage(RunPage):
    """Times eager against compiled, and shows the benchmark while it runs and afterwards.

    Signals:
        measured: A benchmark has come to its end (`Judged`).
        interrupted: A benchmark has ended early; its run is to be judged and saved (`Run`).
        abandoned: The window closes during a benchmark; its run is to be saved (`Run`).
    """

    label = "&Benchmark"
    shortcut = "F7"
    explanation = "Compare the speed of eager and of your settings compiled"
    step = "Is compiling worth it here? Times eager and compiled in alternation."

    measured = Signal(object)
    interrupted = Signal(object)
    abandoned = Signal(object)

    def build(self) -> None:
        """Fill the page."""
        # Not before the window is on the screen.
        from gui.benchmark.view import BenchmarkView
        from gui.runs.report_export import ReportExport

        self.view: BenchmarkView = BenchmarkView(self.theme, self.action)
        self.view.export_requested.connect(self.chart_export_requested)
        self.view.longer_requested.connect(self._start_longer)
        self.view.measured.connect(self.measured)
        self.view.interrupted.connect(self.interrupted)
        self.view.result_shown.connect(self.check_age)
        self.content.addWidget(self.view)
        self._report_export: ReportExport = ReportExport(self)
        self.view.report_requested.connect(self._export_report)

    @property
    def exportable(self) -> "BenchmarkView":
        """Return the charts."""
        return self.view

    def make_job(self, choices: "Choices") -> "Benchmark":
        """Make a benchmark of eager against the configuration as it is when compiled.

        Raises:
            UserError: No file is open.
        """
        from engine.benchmark.job import Benchmark

        return Benchmark.eager_against(
            choices.config,
            data=choices.open_series(),
            horizon=choices.options.horizon,
            device=choices.options.device,
        )

    def begin(self, job: "Job") -> None:
        """Show that a benchmark starts."""
        from engine.benchmark.job import Benchmark

        assert isinstance(job, Benchmark)  # noqa: S101
        self.view.begin(job)

    def handle(self, event: "Event") -> None:
        """Show what the running benchmark reports."""
        self.view.handle(event)

    def end(self) -> None:
        """Show that the benchmark is over."""
        self.view.end()

    @property
    def shown_job(self) -> "Job | None":
        """Return the benchmark that is shown; None for one from the history."""
        return self.view.shown_job

    def show_outdated(self, why: str) -> None:
        """Mark the verdict as outdated."""
        self.view.show_outdated(why)

    @Slot(object)
    def show_judged(self, judged: "Judged") -> None:
        """Show a benchmark that ended early and is judged now."""
        self.view.show_judged(judged)

    @Slot(object)
    def open_judged(self, judged: "Judged") -> None:
        """Bring a benchmark from the history to the front; not while one is running."""
        if self.view.running:
            self.announced.emit("A benchmark is running. Open the other one afterwards.")
            return
        self.view.show_judged(judged)
        self.raise_requested.emit()

    def shut_down(self) -> None:
        """End the writing of files, and have what a running benchmark has measured saved."""
        self._report_export.close()
        if self.view.unfinished is not None:
            self.abandoned.emit(self.view.unfinished)

    @Slot(object)
    def _export_report(self, judged: "Judged") -> None:
        from engine.benchmark.exports import EXPORTERS  # seldom needed

        self._report_export.ask_report("benchmark", EXPORTERS, judged)

    @Slot(object)
    def _start_longer(self, shown: "Benchmark") -> None:
        """Start a benchmark that takes longer than the one that is shown."""

        def make(choices: "Choices") -> "Benchmark":
            budget = shown.longer().time_budget
            return dataclasses.replace(self.make_job(choices), time_budget=budget)

        self.runs.start(make)


Page = BenchmarkPage
