"""A validation: the verdict, the checks as they end, and the case behind each."""

from datetime import datetime

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSplitter,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.base.errors import UserError
from engine.base.wording import capitalised, counted
from engine.results.judgement import Status
from engine.runtime.events import Event
from engine.validation.coverage import coverage
from engine.validation.events import CheckEnded, Validated
from engine.validation.job import Validate
from engine.validation.outcome import ValidationOutcome
from engine.validation.report import CheckResult, Report
from engine.validation.verdict import deciding
from gui.charts.forecast_plot import ForecastPlot
from gui.validation.case import ValidationCase
from gui.validation.checks import (
    TONES,
    ChecksFilter,
    ChecksModel,
    StatusDelegate,
    figure_and_limit,
)
from gui.widgets.badge import Badge
from gui.widgets.buttons import push_button
from gui.widgets.empty_state import EmptyState
from gui.widgets.findings import wrapped
from gui.widgets.provenance import Provenance
from gui.widgets.theme import Theme

WORDS = {
    Status.PASS: "safe",
    Status.WARN: "warnings",
    Status.FAIL: "not safe",
    Status.NOT_RUN: "not validated",
}


class ChecksTable(QTableView):
    """A table that keeps its current row in view, also when the case below needs its room."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scroll to the current row."""
        super().resizeEvent(event)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())


class ValidationView(QWidget):
    """Shows a validation while it runs and afterwards.

    Attributes:
        job: The validation that is shown; None before the first one.

    Signals:
        replay_requested: The user wants to run a case once more (`Case`).
        save_requested: The user wants to save a case (`CheckResult`).
        report_requested: The user wants to export the report.
        export_requested: The user wants to export the chart of the case.
        result_shown: A complete validation is shown.
    """

    replay_requested = Signal(object)
    save_requested = Signal(object)
    report_requested = Signal()
    export_requested = Signal()
    result_shown = Signal()

    def __init__(self, theme: Theme, action: QAction) -> None:
        super().__init__()
        self.job: Validate | None = None
        self._outcome = ValidationOutcome()
        self._replay: ValidationOutcome | None = None
        self._replayed = ""
        self._checks = ChecksModel(theme, self)
        self._shown = ChecksFilter(self._checks, self)
        self._badge = Badge()
        self._badge.setObjectName("validation_badge")
        self._verdict = wrapped(kind="heading")
        self._verdict.setObjectName("validation_verdict")
        self._coverage = wrapped(kind="small")
        self._coverage.setObjectName("validation_coverage")
        self._provenance = Provenance("validation_provenance")
        self._outdated = ""
        self._counts = QLabel()
        self._counts.setObjectName("validation_counts")
        self._counts.setProperty("kind", "muted")
        self._trouble = QCheckBox("Only failures and warnings")
        self._trouble.setObjectName("only_trouble")
        self._trouble.setAccessibleName("Show only checks that did not pass")
        self._trouble.toggled.connect(self._shown.show_only_trouble)
        self._export = push_button(
            "export_report",
            "Report…",
            "Export the report as HTML or Markdown. The report is lost if you do not export it",
        )
        self._export.clicked.connect(self.report_requested)
        self._last: tuple[ValidationOutcome, Validate] | None = None
        self._again = push_button(
            "last_validation",
            "Last result",
            "Show the last complete validation again",
        )
        self._again.clicked.connect(self._show_again)
        self._case = ValidationCase(theme)
        self._case.replay_requested.connect(self.replay_requested)
        self._case.save_requested.connect(self.save_requested)
        self._case.export_requested.connect(self.export_requested)
        self._lay_out(action)
        self._set_running(False)

    @property
    def report(self) -> Report | None:
        """Return the report that is shown; None before there is one."""
        return self._outcome.report

    def begin(self, job: Validate) -> None:
        """Show that a validation starts."""
        if self.report is not None and self.job is not None:
            self._last = self._outcome, self.job
        self.job = job
        self._outcome, self._replay = ValidationOutcome(), None
        self._pages.setCurrentIndex(1)
        self._checks.clear()
        self._case.setVisible(False)
        self._badge.show_status("", "running")
        self._verdict.setText("Comparing eager and compiled…")
        self._coverage.clear()
        self._show_provenance(job)
        self._show_counts()
        self._set_running(True)

    def begin_replay(self) -> None:
        """Show that one check of the last validation runs once more."""
        self._replay = ValidationOutcome()
        self._replayed = self._case.result.check if self._case.result else ""
        self._set_running(True)

    def handle(self, event: Event) -> None:
        """Show what the running validation reports."""
        if self._replay is not None:
            self._replay.handle(event)
            if isinstance(event, Validated):
                self._show_replay(event.report)
            return
        self._outcome.handle(event)
        match event:
            case CheckEnded(result):
                self._add_result(result)
            case Validated(report):
                self._show_verdict(report)

    def end(self) -> None:
        """Show that the run is over, however it ended."""
        if self.report is None and self._replay is None:
            failed = self._outcome.failure is not None
            self._badge.show_status("", "failed" if failed else "stopped")
            how = "The validation failed" if failed else "You stopped the validation"
            self._verdict.setText(f"No verdict. {how} before its end.")
        self._replay = None
        self._set_running(False)

    def show_outdated(self, why: str) -> None:
        """Mark the verdict as outdated, with the reason; empty if it is up to date."""
        why = why if self.report is not None else ""
        if why != self._outdated:
            self._outdated = why
            self._provenance.show_outdated(why, "Validate")
            self._show_badge()

    @property
    def chart(self) -> ForecastPlot:
        """Return the chart of the case."""
        return self._case.plot

    @property
    def export_name(self) -> str:
        """Return a name for a file with the chart, without a suffix."""
        row = self._case.result
        return f"validation-{row.check.replace(' ', '-') if row else 'none'}"

    def table(self) -> str:
        """Return the forecasts of the case as CSV.

        Raises:
            UserError: No case with forecasts is shown.
        """
        text = self._case.table()
        if not text:
            raise UserError("There is no case to export.", "Choose a check with forecasts first.")
        return text

    def _add_result(self, row: CheckResult) -> None:
        self._checks.add(row)
        self._show_counts()
        if self._case.result is not None and row.check == self._case.result.check:
            self._case.show_result(row)

    @Slot()
    def _show_again(self) -> None:
        assert self._last is not None  # noqa: S101
        self._outcome, self.job = self._last
        self._show_provenance(self.job)
        self._checks.clear()
        for result in self._outcome.results:
            self._checks.add(result)
        if self.report is not None:
            self._show_verdict(self.report)
        self._show_counts()
        self._set_running(False)

    def _show_provenance(self, job: Validate) -> None:
        self._provenance.show_job(job, "held out" if job.holdout and job.data is not None else "")

    def _show_verdict(self, report: Report) -> None:
        self._show_badge()
        self._verdict.setText(report.verdict)
        self._coverage.setText(coverage(report.results))
        # The check that the verdict names; if all pass, the one with the largest difference.
        worst = deciding(report.results) or next(iter(report.worst_first), None)
        if not self._table.currentIndex().isValid() and worst is not None:
            names = [row.check for row in self._checks.results]
            source = self._checks.index(names.index(worst.check), 0)
            shown = self._shown.mapFromSource(source)
            self._table.setCurrentIndex(shown)
            self._table.scrollTo(shown, QAbstractItemView.ScrollHint.PositionAtCenter)
        self.result_shown.emit()

    def _show_replay(self, report: Report) -> None:
        """Say how a replay ended; table and verdict stay those of the validation."""
        before, after = (
            next((one for one in rows if one.check == self._replayed), None)
            for rows in (self._checks.results, report.results)
        )
        shown = self._case.result
        if before is None or after is None or shown is None or shown.check != self._replayed:
            return
        now = datetime.now().strftime("%H:%M:%S")
        if after.status is not before.status:
            text = f"Replayed at {now}: {after.status} this time, {before.status} before."
        elif figure_and_limit(after) == figure_and_limit(before):
            text = f"Replayed at {now}: same result."
        else:
            text = f"Replayed at {now}: {after.status} again. Before: {figure_and_limit(before)}."
        others = [one for one in report.results if one is not after and one.status is Status.FAIL]
        parts = (text, *(f"{capitalised(one.check)}: {one.sentence}" for one in others))
        self._case.show_replay(after, " ".join(parts))

    def _show_badge(self) -> None:
        if self.report is None:
            return
        if self._outdated:
            self._badge.show_outdated(self._outdated)
            return
        status = self.report.status
        self._badge.show_status(TONES.get(status, ""), WORDS.get(status, "noted"))

    def _show_counts(self) -> None:
        counts = self._outcome.counts
        noted = counts.pop(Status.NOTED, 0)
        each = ", ".join(f"{counts[one]} {one}" for one in Status if counts[one])
        text = f"{counted(counts.total(), 'check')}: {each}" if counts else ""
        if noted:
            text += f"; {noted} noted"
        self._counts.setText(text)

    def _set_running(self, running: bool) -> None:
        self._export.setEnabled(self.report is not None and not running)
        self._case.set_replay_enabled(self.report is not None and not running)
        self._trouble.setEnabled(bool(self._checks.results) or running)
        lost = self.report is None and self._last is not None
        self._again.setVisible(lost and not running)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self._case.show_result(self._shown.result(index))

    def _make_table(self) -> QTableView:
        table = ChecksTable()
        table.setObjectName("validation_table")
        table.setAccessibleName("Checks")
        table.setModel(self._shown)
        table.setItemDelegateForColumn(0, StatusDelegate(table))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(25)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for column, width in ((0, 84), (2, 126), (3, 130)):
            header.resizeSection(column, width)
        table.selectionModel().currentRowChanged.connect(self._choose)
        return table

    def _lay_out(self, action: QAction) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._badge, alignment=Qt.AlignmentFlag.AlignTop)
        answer = QVBoxLayout()
        answer.setSpacing(2)
        answer.addWidget(self._verdict)
        answer.addWidget(self._coverage)
        answer.addWidget(self._provenance)
        head.addLayout(answer, 1)
        row = QHBoxLayout()
        row.addWidget(self._trouble)
        row.addStretch()
        row.addWidget(self._counts)
        row.addSpacing(8)
        row.addWidget(self._again)
        row.addWidget(self._export)
        self._table = self._make_table()
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self._table)
        parts.addWidget(self._case)
        parts.setStretchFactor(0, 1)
        parts.setStretchFactor(1, 2)
        parts.setSizes([200, 340])
        parts.setChildrenCollapsible(False)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(12, 10, 12, 8)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addLayout(row)
        layout.addWidget(parts, 1)
        empty = EmptyState(
            "validation_empty",
            "Is compiling safe here?",
            "Tests about thirty kinds of series, about ninety batch shapes, and your own data. "
            "Forecasts each eager, compiled and in float64, to show which side of a difference is "
            "nearer to the truth. Takes a few minutes. The report is kept only if you export it.",
            action,
        )
        self._pages = QStackedLayout(self)
        self._pages.addWidget(empty)
        self._pages.addWidget(page)
