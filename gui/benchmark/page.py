"""The benchmark: the verdict on top, why behind it, and every call as it is timed."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from engine.base.errors import UserError
from engine.base.findings import Severity
from engine.benchmark.events import BenchmarkBegan, Benchmarked, SampleTaken, SpeedEstimated
from engine.benchmark.job import Benchmark
from engine.benchmark.judging import words
from engine.benchmark.judging.summary import Summary
from engine.benchmark.judging.verdict import Refusal, Verdict
from engine.benchmark.measurements import Run, Side
from engine.benchmark.outcome import Recording
from engine.runtime.events import Event, Failed, Progress
from gui.benchmark.evidence_table import GroundsTable
from gui.benchmark.figures_table import TimingTable
from gui.benchmark.plots import TimingPlots
from gui.benchmark.record import TimingRecord
from gui.charts.legend import Legend
from gui.charts.plots import Curve
from gui.widgets.badge import Badge, of_verdict
from gui.widgets.buttons import push_button, tool_button
from gui.widgets.empty_state import EmptyState
from gui.widgets.findings import FindingList, wrapped
from gui.widgets.flowing_page import FlowingPage
from gui.widgets.provenance import Made, MadeWith
from gui.widgets.theme import Theme
from gui.widgets.throttle import Pace


@dataclass(frozen=True, slots=True)
class Result:
    """What is shown when nothing is measured.

    Attributes:
        run: The run.
        summary: Its figures.
        verdict: Its verdict.
        job: What was asked for; None where the run is from the history.
        complete: Whether it was measured in this window, to its end.
    """

    run: Run
    summary: Summary
    verdict: Verdict
    job: Made | None
    complete: bool = False


class TimingView(QWidget):
    """Shows a benchmark while it runs and afterwards.

    Attributes:
        running: Whether one is measured.

    Signals:
        export_asked: The charts are to be exported.
        start_asked: A benchmark is wanted.
        longer_asked: One is wanted that takes longer than the one that is shown (its seconds).
        measured: A run came to its end (`Run`, `Verdict`).
        shown: A result is shown.
        judge_asked: A run was stopped, and what it measured is to be judged (`Run`).
    """

    export_asked = Signal()
    start_asked = Signal()
    longer_asked = Signal(float)
    measured = Signal(object, object)
    judge_asked = Signal(object)
    shown = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timing_view")
        self._theme = theme
        self._recording = Recording()
        self._record = TimingRecord()
        self.running = self._failed = False
        self._stages: tuple[str, ...] = ()
        self._pace = Pace(self._draw, self)
        self._badge = Badge()
        self._badge.setObjectName("timing_badge")
        self._verdict = wrapped(kind="heading")
        self._verdict.setObjectName("timing_verdict")
        self._limits = wrapped()
        self._limits.setObjectName("timing_limits")
        self._limits.setVisible(False)
        self.made_with = MadeWith("timing_made_with")
        self._outdated = ""
        self._job: Made | None = None
        self._result: Result | None = None
        self._stopped: tuple[Run, TimingRecord, Made | None] | None = None
        self._why = tool_button("why", "Why", "Show what the verdict rests on")
        self._why.setCheckable(True)
        self._why.toggled.connect(self._show_why)
        self._export = push_button("export_timing", "Export…", "Export the charts")
        self._export.clicked.connect(self.export_asked)
        self._longer = push_button(
            "benchmark_longer",
            "Benchmark longer",
            "Measure again, with three times as much time",
        )
        self._longer.clicked.connect(self._ask_longer)
        self._grounds = GroundsTable()
        self._remarks = FindingList()
        self.plots = TimingPlots(theme.colours)
        self._legend = Legend(
            {
                Curve.EAGER: "Eager",
                Curve.COMPILED: "Compiled",
                Curve.HALF: "Eager in bfloat16",
            },
            "timing_legend",
        )
        self._legend.switched.connect(self.plots.set_visible)
        self._table = TimingTable()
        self._lay_out()
        theme.changed.connect(self._restyle)
        self._restyle()
        self._let(finished=False)

    def begin(self, job: Made | None = None, stages: tuple[str, ...] = ()) -> None:
        """A benchmark starts.

        Args:
            job: What is asked for.
            stages: What it does one after the other, in the words of its progress.
        """
        self._job, self._stages = job, stages
        if job is not None:
            self.made_with.show_job(job)
        self._recording = Recording()
        self._record = TimingRecord()
        self.running, self._failed = True, False
        self._pages.setCurrentIndex(1)
        self._badge.show_status("", "running")
        self._verdict.setText("Starting…")
        self._table.setVisible(False)
        self._limits.setVisible(False)
        self._let(finished=False)
        self._pace.ask()

    def take(self, event: Event) -> None:
        """Shows what an event says, if it is about a benchmark."""
        if not self.running:
            return
        self._recording.take(event)
        match event:
            case Failed():
                self._failed = True
                return
            case Progress():
                self._show_stage(event.stage)
                return
            case BenchmarkBegan():
                self._record.begin(event.setup)
            case SampleTaken():
                self._record.add_sample(event.sample)
            case SpeedEstimated():
                self._record.add_speed(event.speed)
            case Benchmarked():
                self._finish(event.summary, event.verdict)
            case _:
                return
        self._pace.ask()

    def end(self) -> None:
        """The run is over; of one that was stopped, what was measured is to be judged."""
        if not self.running:
            return
        self.running = False
        run = self._recording.run
        if run is not None and run.samples:
            # Until it is judged nothing is shown that could be exported or go out of date.
            self._result = None
            self._stopped = run, self._record, self._job
            self.judge_asked.emit(run)
        elif self._result is not None:
            # Of one that measured nothing there is nothing to show: the last result stays.
            self._record = TimingRecord.of(self._result.run, self._result.summary)
            self._show_result(self._result)
        else:
            self._badge.show_status("", "failed" if self._failed else "stopped")
            how = "It failed" if self._failed else "It was stopped"
            self._verdict.setText(f"{how} before its first call; nothing is kept.")

    def show_run(self, run: Run, summary: Summary, verdict: Verdict) -> None:
        """Shows a run that was stopped, or one from the history; not while one is measured."""
        if self.running:
            return
        self._pages.setCurrentIndex(1)
        job = None
        if self._stopped is not None and run is self._stopped[0]:
            # Of one that was stopped here, the course of the ratio is known too.
            _run, self._record, job = self._stopped
        else:
            self._record = TimingRecord.of(run, summary)
        self._show_result(Result(run, summary, verdict, job))

    def show_outdated(self, why: str) -> None:
        """Says why the verdict is of something else than what is chosen now; empty if it is not."""
        why = why if self._result is not None and not self.running else ""
        if why != self._outdated:
            self._outdated = why
            self.made_with.show_outdated(why, "Benchmark")
            self._show_badge()

    @property
    def unfinished(self) -> Run | None:
        """What the benchmark that is running has measured so far; None if nothing is."""
        run = self._recording.run
        return run if self.running and run is not None and run.samples else None

    @property
    def run(self) -> Run | None:
        """The run that is shown; None while one is being measured or before any."""
        return None if self.running or self._result is None else self._result.run

    @property
    def speeds(self) -> int:
        """Number of estimates of the ratio that are shown."""
        return len(self._record.speeds)

    def samples(self, side: Side) -> int:
        """Number of calls of a side that are shown."""
        times = self._record.sides.get(side)
        return len(times.at) if times is not None else 0

    @property
    def chart(self) -> TimingPlots:
        """The charts as they are shown."""
        return self.plots

    @property
    def export_name(self) -> str:
        """What a file with the charts might be called."""
        return "benchmark"

    def table(self) -> str:
        """Every call as CSV.

        Raises:
            UserError: Nothing was measured yet.
        """
        run = self.run
        if run is None:
            raise UserError("There are no timings to export yet.", "Press Benchmark first.")
        lines = ["side,phase,block,call,at,seconds,preparing,model,framing,compiled"]
        for one in run.samples:
            split = one.split
            lines.append(
                f"{run.setup.name(one.side)},{one.phase},{one.block},{one.call},{one.at:.6f},"
                f"{one.seconds:.9f},{split.preparing:.9f},{split.model:.9f},{split.framing:.9f},"
                f"{one.compiled}"
            )
        return "\n".join(lines) + "\n"

    def _finish(self, summary: Summary, verdict: Verdict) -> None:
        self.running = False
        run = self._recording.run
        if run is not None:
            self._show_result(Result(run, summary, verdict, self._job, complete=True))
            self.measured.emit(run, verdict)

    def _show_result(self, result: Result) -> None:
        self._result = result
        run, summary, verdict = result.run, result.summary, result.verdict
        if result.job is not None:
            self.made_with.show_job(result.job)
        else:
            self.made_with.show_run(run)
        self._show_badge()
        self._verdict.setText(verdict.headline)
        self._limits.setText(" ".join(verdict.reservations))
        self._limits.setVisible(verdict.limited)
        self._grounds.show_grounds(verdict.grounds)
        self._remarks.show_findings(verdict.remarks)
        self._record.finish(run, summary, verdict)
        self._table.show_run(run, summary)
        self._let(finished=True)
        warnings = sum(one.severity is not Severity.ADVICE for one in verdict.remarks)
        if warnings:
            self._why.setText(f"Why ({warnings})")
        short = verdict.refusal is Refusal.TIME
        self._longer.setVisible(result.complete and result.job is not None and short)
        self._reasons.verticalScrollBar().setValue(0)
        self._pace.ask()
        self.shown.emit()

    def _show_badge(self) -> None:
        if self.running or self._result is None:
            return
        if self._outdated:
            self._badge.show_status("", self._outdated)
        else:
            self._badge.show_status(*of_verdict(self._result.verdict))

    @Slot()
    def _ask_longer(self) -> None:
        job = self._result.job if self._result is not None else None
        if isinstance(job, Benchmark):
            self.longer_asked.emit(job.time_budget)

    def _draw(self) -> None:
        self.plots.show_record(self._record)
        speeds = self._record.speeds
        if speeds and self.running:
            name = self._record.names.get(Side.B, "")
            self._verdict.setText(
                "So far {name} is {times} as fast as {other}.".format(
                    name=name,
                    times=words.times(speeds[-1]),
                    other=self._record.names.get(Side.A, ""),
                )
            )

    def _show_stage(self, stage: str) -> None:
        if stage in self._stages and not self._record.speeds:
            self._verdict.setText(
                f"Step {self._stages.index(stage) + 1} of {len(self._stages)}: {stage}…"
            )

    def _let(self, finished: bool) -> None:
        self._longer.setVisible(False)
        self._why.setText("Why")
        self._why.setEnabled(finished)
        self._export.setEnabled(finished)
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

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._badge, alignment=Qt.AlignmentFlag.AlignTop)
        answer = QVBoxLayout()
        answer.setSpacing(2)
        for label in (self._verdict, self._limits, self.made_with):
            answer.addWidget(label)
        head.addLayout(answer, 1)
        for button in (self._why, self._export):
            head.addWidget(button, alignment=Qt.AlignmentFlag.AlignTop)
        below = QHBoxLayout()
        below.addWidget(self._legend)
        below.addStretch()
        below.addWidget(self._longer)
        inside = FlowingPage()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        column.addWidget(self._remarks)
        column.addWidget(self._grounds)
        column.addStretch()
        self._reasons = QScrollArea()
        self._reasons.setObjectName("timing_reasons")
        self._reasons.setAccessibleName("What the verdict rests on")
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
            "timing_empty",
            "Is compiling worth it here?",
            (
                "Starts eager and compiled afresh, then times them in turns on the first batch "
                "of your series until the ratio of their speeds is sure, and says after how many "
                "forecasts compiling has paid for its warm-up. Takes two to three minutes."
            ),
            "Benchmark",
        )
        empty.start_asked.connect(self.start_asked)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(empty)
        self._pages.addWidget(page)
