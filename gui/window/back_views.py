"""The views behind the first one: made once the window is on the screen, and wired to it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from engine.benchmark.job import Benchmark
from engine.benchmark.judging.summary import Summary
from engine.benchmark.judging.verdict import Verdict
from engine.benchmark.measurements import Run
from engine.benchmark.stages import stages
from engine.config.settings import CompileConfig
from engine.forecast.job import Forecast
from engine.runtime.job import Job
from engine.validation.case import Case
from engine.validation.job import Replay, Validate
from engine.validation.report import Row
from gui.benchmark.page import TimingView
from gui.charts.saving import Exportable
from gui.data.page import DataView
from gui.data.source import OpenFile
from gui.history.page import HistoryView
from gui.history.shelf import RunDesk
from gui.validation.export import ReportDesk
from gui.validation.page import ValidationView
from gui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from gui.window.main_window import MainWindow


class BackViews(QObject):
    """Makes the views of data, validation, benchmark and history, and connects them."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.data = DataView()
        self.validation = ValidationView(window.theme)
        self.timing = TimingView(window.theme)
        self.history = HistoryView()
        self.report_desk = ReportDesk(window)
        self.run_desk = RunDesk(self)
        for name, view in (
            ("data", self.data),
            ("validation", self.validation),
            ("benchmark", self.timing),
            ("history", self.history),
        ):
            window.fill_page(name, view)
        self._connect_data()
        self._connect_runs()
        self._connect_validation()
        self._connect_history()
        self._connect_choices()
        self._refresh_history(0)

    @property
    def chart(self) -> Exportable | None:
        """The view in front, if it has a chart."""
        charted: dict[str, Exportable] = {"validation": self.validation, "benchmark": self.timing}
        return charted.get(self._window.front)

    def close(self) -> None:
        """Ends what is going on, and keeps what a benchmark had measured that was running."""
        self.report_desk.close()
        self.run_desk.close(self.timing.unfinished)

    def _connect_data(self) -> None:
        window = self._window
        window.source.loaded.connect(self._show_file)
        self.data.open_asked.connect(window.menus.ask_data)
        self.data.reread_asked.connect(window.reread)

    def _connect_runs(self) -> None:
        engine, runs = self._window.engine, self._window.runs
        engine.started.connect(self._begin_run)
        engine.ended.connect(self.validation.end)
        engine.ended.connect(self.timing.end)
        engine.said.connect(self.validation.take)
        engine.said.connect(self.timing.take)
        self.validation.start_asked.connect(runs.validate)
        self.timing.start_asked.connect(runs.benchmark)
        self.timing.longer_asked.connect(runs.benchmark_longer)
        self.history.start_asked.connect(runs.benchmark)
        for empty in self._window.findChildren(EmptyState):
            self._window.running_changed.connect(empty.button.setDisabled)

    def _connect_validation(self) -> None:
        self.validation.replay_asked.connect(self._replay)
        self.validation.report_asked.connect(self._export_report)
        self.validation.save_asked.connect(self._save_case)
        self.validation.export_asked.connect(self._window.export_chart)
        self.report_desk.failed.connect(self._window.show_failure)
        self.report_desk.told.connect(self._window.tell)

    def _connect_history(self) -> None:
        desk = self.run_desk
        self.timing.export_asked.connect(self._window.export_chart)
        self.timing.measured.connect(desk.keep)
        self.timing.judge_asked.connect(desk.judge)
        self.history.show_asked.connect(desk.load)
        self.history.settings_asked.connect(desk.load_settings)
        self.history.compare_asked.connect(desk.compare)
        desk.judged.connect(self.timing.show_run)
        desk.loaded.connect(self._show_kept_run)
        desk.configured.connect(self._take_settings)
        desk.listed.connect(self.history.show_entries)
        desk.compared.connect(self.history.show_comparison)
        desk.failed.connect(self._window.show_failure)
        self._window.tabs.currentChanged.connect(self._refresh_history)

    def _connect_choices(self) -> None:
        window = self._window
        window.document.changed.connect(self._judge_age)
        window.options_taken.connect(self._judge_age)
        window.source.loaded.connect(self._judge_age)
        window.engine.started.connect(self._judge_age)
        self.validation.shown.connect(self._judge_age)
        self.timing.shown.connect(self._judge_age)

    @Slot()
    def _judge_age(self) -> None:
        for view in (self.validation, self.timing):
            job = view.made_with.job
            view.show_outdated(self._window.runs.outdated(job) if job is not None else "")

    @Slot(object)
    def _show_file(self, file: OpenFile) -> None:
        self.data.show_file(file)
        title = f"Data ({file.warnings})" if file.warnings else "Data"
        self._window.name_view("data", title)

    @Slot(object)
    def _begin_run(self, job: Job) -> None:
        match job:
            case Forecast():
                self._window.show_view("forecast")
                return
            case Replay():
                self.validation.begin(replay=True)
                self._window.show_view("validation")
            case Validate():
                self.validation.begin()
                self.validation.made_with.show_job(job)
                self._window.show_view("validation")
            case Benchmark():
                self.timing.begin(job, stages(job))
                self._window.show_view("benchmark")
        # Whoever knows the second step knows the page.
        self._window.show_guide(False)

    @Slot(object)
    def _replay(self, case: Case) -> None:
        if self.validation.report is not None:
            self._window.runs.replay(case, self.validation.report)

    @Slot()
    def _export_report(self) -> None:
        if self.validation.report is not None:
            self.report_desk.ask_validation(self.validation.report)

    @Slot(object)
    def _save_case(self, row: Row) -> None:
        if self.validation.report is not None:
            self.report_desk.ask_case(self.validation.report, row)

    @Slot(int)
    def _refresh_history(self, _place: int) -> None:
        if self._window.front == "history":
            self.run_desk.list()

    @Slot(object, object, object)
    def _show_kept_run(self, run: Run, summary: Summary, verdict: Verdict) -> None:
        if self.timing.running:
            self._window.tell("A benchmark is running: show the other one afterwards.")
            return
        self.timing.show_run(run, summary, verdict)
        self._window.show_view("benchmark")

    @Slot(object)
    def _take_settings(self, config: CompileConfig) -> None:
        window = self._window
        same = config == window.document.config
        window.document.replace(config, "take a run's settings")
        window.docks["settings"].show()
        window.docks["settings"].raise_()
        window.tell(
            "These are your settings already."
            if same
            else "Took the run's settings; Ctrl+Z gives yours back."
        )
