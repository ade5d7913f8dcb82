"""A benchmark: the verdict on top, its evidence behind it, and every call as it is timed."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from engine.base.errors import UserError
from engine.base.findings import Severity
from engine.benchmark.events import BenchmarkBegan, Benchmarked, CallTimed, SpeedEstimated
from engine.benchmark.exports.calls_csv import as_csv
from engine.benchmark.job import Benchmark
from engine.benchmark.judging import words
from engine.benchmark.judging.verdict import Refusal
from engine.benchmark.measurements import Run
from engine.benchmark.outcome import BenchmarkOutcome, Judged
from engine.benchmark.setup import Side
from engine.benchmark.stages import stages
from engine.runtime.events import Event, Progress
from gui.benchmark.evidence_table import EvidenceTable
from gui.benchmark.figures_table import FiguresTable
from gui.benchmark.plots import BenchmarkPlots
from gui.benchmark.record import BenchmarkRecord
from gui.benchmark.wording import badge_words, provenance_words
from gui.charts.legend import Legend
from gui.charts.plots import Curve
from gui.widgets.badge import Badge
from gui.widgets.buttons import push_button, tool_button
from gui.widgets.empty_state import EmptyState
from gui.widgets.findings import FindingList, wrapped
from gui.widgets.flowing_page import FlowingPage
from gui.widgets.provenance import Provenance
from gui.widgets.theme import Theme
from gui.widgets.throttle import Throttle


@dataclass(frozen=True, slots=True)
class ShownBenchmark:
    """The benchmark that is shown while none is running.

    Attributes:
        judged: The run with its figures and its verdict.
        job: The job that measured it; None for a run from the history.
        complete: Whether it was measured in this window, to its end.
    """

    judged: Judged
    job: Benchmark | None
    complete: bool = False


class BenchmarkView(QWidget):
    """Shows a benchmark while it runs and afterwards.

    Attributes:
        running: Whether a benchmark is running.

    Signals:
        export_requested: The user wants to export the charts.
        report_requested: The user wants to export the report (`Judged`).
        longer_requested: The user wants a longer benchmark than the one shown (`Benchmark`).
        measured: A run has come to its end (`Judged`).
        interrupted: A run has ended early, and is to be judged and kept (`Run`).
        result_shown: A result is shown.
    """

    export_requested = Signal()
    report_requested = Signal(object)
    longer_requested = Signal(object)
    measured = Signal(object)
    interrupted = Signal(object)
    result_shown = Signal()

    def __init__(self, theme: Theme, action: QAction) -> None:
        super().__init__()
        self._theme = theme
        self._outcome = BenchmarkOutcome()
        self._record = BenchmarkRecord()
        self.running = False
        self._stages: tuple[str, ...] = ()
        self._throttle = Throttle(self._draw, self)
        self._outdated = ""
        self._job: Benchmark | None = None
        self._shown: ShownBenchmark | None = None
        self._stopped: tuple[Run, BenchmarkRecord, Benchmark | None] | None = None
        self._make_head()
        self._evidence = EvidenceTable()
        self._warnings = FindingList()
        self.plots = BenchmarkPlots(theme.colours)
        self._legend = Legend(
            {
                Curve.EAGER: "Eager",
                Curve.COMPILED: "Compiled",
                Curve.BFLOAT16: "Eager in bfloat16",
            },
            "benchmark_legend",
        )
        self._legend.switched.connect(self.plots.set_visible)
        self._table = FiguresTable()
        self._lay_out(action)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._set_finished(False)

    def _make_head(self) -> None:
        self._badge = Badge()
        self._badge.setObjectName("benchmark_badge")
        self._verdict = wrapped(kind="heading")
        self._verdict.setObjectName("benchmark_verdict")
        self._caveats = wrapped()
        self._caveats.setObjectName("benchmark_caveats")
        self._caveats.setVisible(False)
        self._provenance = Provenance("benchmark_provenance")
        self._why = tool_button("why", "Why", "Show the evidence for the verdict")
        self._why.setCheckable(True)
        self._why.toggled.connect(self._show_why)
        self._export = push_button("export_benchmark", "Export…", "Export the charts")
        self._export.clicked.connect(self.export_requested)
        self._report = push_button("export_benchmark_report", "Report…", "Export the report")
        self._report.clicked.connect(self._request_report)
        self._longer = push_button(
            "benchmark_longer", "Benchmark longer", "Benchmark again, with three times the time"
        )
        self._longer.clicked.connect(self._request_longer)

    def begin(self, job: Benchmark) -> None:
        """Show that a benchmark starts."""
        self._job, self._stages = job, stages(job)
        self._provenance.show_job(job)
        self._outcome = BenchmarkOutcome()
        self._record = BenchmarkRecord()
        self.running = True
        self._pages.setCurrentIndex(1)
        self._badge.show_status("", "running")
        self._verdict.setText("Starting…")
        self._table.setVisible(False)
        self._caveats.setVisible(False)
        self._set_finished(False)
        self._throttle.request()

    def handle(self, event: Event) -> None:
        """Show what the running benchmark reports."""
        if not self.running:
            return
        self._outcome.handle(event)
        match event:
            case Progress():
                self._show_stage(event.stage)
                return
            case BenchmarkBegan() | CallTimed() | SpeedEstimated():
                self._record.update(self._outcome)
            case Benchmarked():
                self._finish()
            case _:
                return
        self._throttle.request()

    def end(self) -> None:
        """Show that the run is over. If it ended early, its calls are to be judged."""
        if not self.running:
            return
        self.running = False
        run = self._outcome.run
        if run is not None and run.calls:
            # Until it is judged, nothing is shown that could be exported or go out of date.
            self._shown = None
            self._stopped = run, self._record, self._job
            self.interrupted.emit(run)
        elif self._shown is not None:
            # Nothing was measured, so the last result stays.
            self._record = BenchmarkRecord.of(self._shown.judged)
            self._show_result(self._shown)
        else:
            failed = self._outcome.failure is not None
            self._badge.show_status("", "failed" if failed else "stopped")
            how = "The benchmark failed" if failed else "You stopped the benchmark"
            self._verdict.setText(f"{how} before the first call, so nothing is kept.")

    def show_judged(self, judged: Judged) -> None:
        """Show a run that ended early, or one from the history; not while one is running."""
        if self.running:
            return
        self._pages.setCurrentIndex(1)
        job = None
        if self._stopped is not None and judged.run is self._stopped[0]:
            # This run was measured here, so the course of the ratio is known too.
            _run, self._record, job = self._stopped
        else:
            self._record = BenchmarkRecord.of(judged)
        self._show_result(ShownBenchmark(judged, job))

    def show_outdated(self, why: str) -> None:
        """Mark the verdict as outdated, with the reason; empty if it is up to date."""
        why = why if self._shown is not None and not self.running else ""
        if why != self._outdated:
            self._outdated = why
            self._provenance.show_outdated(why, "Benchmark")
            self._show_badge()

    @property
    def shown_job(self) -> Benchmark | None:
        """Return the job of the result that is shown; None for a run from the history."""
        return self._shown.job if self._shown is not None else None

    @property
    def unfinished(self) -> Run | None:
        """Return what the running benchmark has measured so far; None if there is nothing."""
        run = self._outcome.run
        return run if self.running and run is not None and run.calls else None

    @property
    def run(self) -> Run | None:
        """Return the run that is shown; None while one is running or before any."""
        return None if self.running or self._shown is None else self._shown.judged.run

    @property
    def speeds(self) -> int:
        """Return the number of estimates of the ratio that are shown."""
        return len(self._record.speeds)

    def calls(self, side: Side) -> int:
        """Return the number of calls of a side that are shown."""
        times = self._record.sides.get(side)
        return len(times.at) if times is not None else 0

    @property
    def chart(self) -> BenchmarkPlots:
        """Return the charts as they are shown."""
        return self.plots

    @property
    def export_name(self) -> str:
        """Return a name for a file with the charts, without a suffix."""
        return "benchmark"

    def table(self) -> str:
        """Return every call as CSV.

        Raises:
            UserError: Nothing was measured yet.
        """
        run = self.run
        if run is None:
            raise UserError("There are no times to export yet.", "Press Benchmark first.")
        return as_csv(run)

    def _finish(self) -> None:
        self.running = False
        judged = self._outcome.judged
        if judged is not None:
            self._show_result(ShownBenchmark(judged, self._job, complete=True))
            self.measured.emit(judged)

    def _show_result(self, result: ShownBenchmark) -> None:
        self._shown = result
        run, summary, verdict = result.judged.run, result.judged.summary, result.judged.verdict
        if result.job is not None:
            self._provenance.show_job(result.job)
        else:
            self._provenance.show_parts(*provenance_words(run))
        self._show_badge()
        self._verdict.setText(verdict.headline)
        self._caveats.setText(" ".join(verdict.caveats))
        self._caveats.setVisible(verdict.limited)
        self._evidence.show_evidence(verdict.evidence)
        self._warnings.show_findings(verdict.warnings)
        self._record.finish(result.judged)
        self._table.show_run(run, summary)
        self._set_finished(True)
        warnings = sum(one.severity is not Severity.ADVICE for one in verdict.warnings)
        if warnings:
            self._why.setText(f"Why ({warnings})")
        short = verdict.refusal is Refusal.TIME
        self._longer.setVisible(result.complete and result.job is not None and short)
        self._reasons.verticalScrollBar().setValue(0)
        self._throttle.request()
        self.result_shown.emit()

    def _show_badge(self) -> None:
        if self.running or self._shown is None:
            return
        if self._outdated:
            self._badge.show_outdated(self._outdated)
        else:
            self._badge.show_status(*badge_words(self._shown.judged.verdict))

    @Slot()
    def _request_report(self) -> None:
        if self._shown is not None:
            self.report_requested.emit(self._shown.judged)

    @Slot()
    def _request_longer(self) -> None:
        if self.shown_job is not None:
            self.longer_requested.emit(self.shown_job)

    def _draw(self) -> None:
        self.plots.show_record(self._record)
        speeds = self._record.speeds
        if speeds and self.running:
            a, b = (self._record.names.get(side, "") for side in (Side.A, Side.B))
            self._verdict.setText(f"So far, {b} is {words.times(speeds[-1], a)}.")

    def _show_stage(self, stage: str) -> None:
        if stage in self._stages and not self._record.speeds:
            self._verdict.setText(
                f"Step {self._stages.index(stage) + 1} of {len(self._stages)}: {stage}…"
            )

    def _set_finished(self, finished: bool) -> None:
        self._longer.setVisible(False)
        self._why.setText("Why")
        self._why.setEnabled(finished)
        self._export.setEnabled(finished)
        self._report.setEnabled(finished)
        if not finished:
            self._why.setChecked(False)

    @Slot(bool)
    def _show_why(self, shown: bool) -> None:
        self._reasons.setVisible(shown)
        self.plots.setVisible(not shown)

    @Slot()
    def _restyle(self) -> None:
        self.plots.restyle(self._theme.colours)
        self._legend.restyle(self._theme.colours)

    def _lay_out(self, action: QAction) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._badge, alignment=Qt.AlignmentFlag.AlignTop)
        answer = QVBoxLayout()
        answer.setSpacing(2)
        for label in (self._verdict, self._caveats, self._provenance):
            answer.addWidget(label)
        head.addLayout(answer, 1)
        for button in (self._why, self._export):
            head.addWidget(button, alignment=Qt.AlignmentFlag.AlignTop)
        below = QHBoxLayout()
        below.addWidget(self._legend)
        below.addStretch()
        below.addWidget(self._longer)
        below.addWidget(self._report)
        inside = FlowingPage()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        column.addWidget(self._warnings)
        column.addWidget(self._evidence)
        column.addStretch()
        self._reasons = QScrollArea()
        self._reasons.setObjectName("benchmark_evidence_page")
        self._reasons.setAccessibleName("Evidence for the verdict")
        self._reasons.setWidgetResizable(True)
        self._reasons.setFrameShape(QFrame.Shape.NoFrame)
        self._reasons.setWidget(inside)
        self._reasons.setVisible(False)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(12, 10, 12, 8)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addLayout(below)
        layout.addWidget(self._reasons, 1)
        layout.addWidget(self.plots, 1)
        layout.addWidget(self._table)
        empty = EmptyState(
            "benchmark_empty",
            "Is compiling worth it here?",
            "Starts eager and compiled in fresh processes, then times both in alternation on the "
            "first batch of your series. Stops when the ratio of their speeds is precise enough, "
            "or the time is up. Says after how many calls the warm-up is earned back. Takes two "
            "to three minutes.",
            action,
        )
        self._pages = QStackedLayout(self)
        self._pages.addWidget(empty)
        self._pages.addWidget(page)
