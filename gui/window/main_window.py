"""The window: it makes the parts and connects them, and no part knows another."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from engine.base.wording import counted
from engine.config.settings import CompileConfig
from engine.data.samples import sample
from engine.runtime.events import Event, Failed
from engine.runtime.job import Job
from gui.charts.chart_export import ChartExport
from gui.data.series_list import SeriesList
from gui.data.source import DataSource, OpenFile
from gui.forecast.page import ForecastPage
from gui.runs.choices import Choices
from gui.runs.engine_thread import EngineThread
from gui.runs.page import RunPage
from gui.runs.run_control import RunControl
from gui.runs.run_options import RunOptions
from gui.settings.document import ConfigDocument
from gui.settings.env_preview import EnvPreview
from gui.settings.form import SettingsForm
from gui.settings.transfer import SettingsTransfer
from gui.state.state_keeper import StateKeeper
from gui.widgets.banner import Banner
from gui.widgets.theme import Choice, Theme
from gui.window import log_view
from gui.window.getting_started import GettingStarted
from gui.window.layout import lay_out
from gui.window.layout_keeper import LayoutKeeper
from gui.window.machine_line import MachineLine
from gui.window.menus import Menus
from gui.window.pages import Pages
from gui.window.progress_strip import ProgressStrip, Work
from gui.window.run_bar import RunBar
from gui.window.run_log import RunLog
from gui.window.stop_action import StopAction

SETTINGS_SUFFIXES = (".env", ".json", ".sh")


class MainWindow(QMainWindow):
    """The window.

    Attributes:
        is_ready: Whether `begin` has made what is not visible at first.
    """

    def __init__(self, keeper: StateKeeper, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setWindowTitle("chronos-panel")
        self.setAcceptDrops(True)
        self.is_ready = False
        self.keeper = keeper
        self.theme = theme
        self.document = ConfigDocument(self)
        self.engine = EngineThread(self)
        self.source = DataSource(self)
        self.runs = RunControl(self.engine, self.choices, lambda: self.source.busy, self)
        self.pages = Pages(theme, self.runs, self.source, self)
        self._make_parts()
        self.docks = lay_out(self)
        self.transfer = SettingsTransfer(self.document, self.preview, self)
        self.chart_export = ChartExport(self)
        self.layout_keeper = LayoutKeeper(self, self.pages.tabs, keeper.saves)
        self.menus = Menus(self)
        self._restore()
        self._connect()
        self._log_bridge = log_view.attach(self.log)

    def begin(self, data: Path | None) -> None:
        """Make what is not visible at first, and start what may take a while.

        Args:
            data: The file to open; None for the last one, or else sample data.
        """
        from gui.runs.live_check import LiveCheck  # not before the window is on the screen

        self.pages.build()
        # Files can be dropped everywhere, so no part of the window may accept drops itself.
        for widget in self.findChildren(QWidget):
            widget.setAcceptDrops(False)
        for changed in (self.document.changed, self.source.loaded, self.runs.started):
            changed.connect(self.pages.check_age)
        state = self.keeper.state
        if data is not None:
            self.open_data(data)
        elif state.data is not None:
            self.source.open(state.data, state.reading)
        else:
            self.source.open(sample())
        self.live_check = LiveCheck(self.engine, self.choices, self)
        self.live_check.found.connect(self.form.show_findings)
        self.document.changed.connect(self.live_check.check)
        self.menus.devices.chosen.connect(self.live_check.check)
        self.live_check.check()
        self.is_ready = True

    def choices(self) -> Choices:
        """Return what the user has chosen."""
        file = self.source.file
        series = None if file is None else file.series
        return Choices(self.document.config, series, self.keeper.state.options)

    def _make_parts(self) -> None:
        pages = self.pages
        self.stop_action = StopAction(self)
        self.banner = Banner()
        self.getting_started = GettingStarted(pages.of_kinds, pages.data.action)
        self.run_bar = RunBar(pages.data.action, pages.of_kinds, self.stop_action)
        self.form = SettingsForm(self.document)
        self.preview = EnvPreview(self.document)
        self.series_list = SeriesList(self.theme)
        self.log = log_view.LogView()
        self.progress = ProgressStrip()
        self.machine_line = MachineLine()
        self.run_log = RunLog(self)
        self._forecast = pages.find(ForecastPage)

    def _restore(self) -> None:
        state = self.keeper.state
        self.document.restore(state.config, state.preset)
        self._show_options(state.options)
        self.getting_started.setVisible(state.guide)
        self.menus.show_recent(state.recent)
        self.layout_keeper.restore()

    # Connections

    def _connect(self) -> None:
        self.document.changed.connect(self._remember_config)
        self.document.changed.connect(self._show_context)
        self.docks["env_file"].visibilityChanged.connect(self.preview.come_to_front)
        self.preview.export_requested.connect(self.transfer.export_env)
        self.transfer.failed.connect(self.show_failure)
        self.transfer.finding_reported.connect(self.log.handle)
        self.transfer.announced.connect(self.announce)
        self.chart_export.failed.connect(self.show_failure)
        self.chart_export.written.connect(self.announce)
        self.getting_started.closed.connect(self._close_guide)
        self.menus.devices.chosen.connect(self.choose_device)
        self._connect_pages()
        self._connect_data()
        self._connect_runs()

    def _connect_pages(self) -> None:
        self.pages.failed.connect(self.show_failure)
        self.pages.announced.connect(self.announce)
        self.pages.chart_export_requested.connect(self.export_chart)
        self.pages.settings_opened.connect(self._use_settings)
        self._forecast.neighbour_requested.connect(self.series_list.step)
        self._forecast.options_changed.connect(self._change_options)
        self._forecast.context_chosen.connect(self._choose_context)
        self._forecast.fix_requested.connect(self.document.apply)
        self.machine_line.model_described.connect(self._forecast.limit_context)

    def _connect_data(self) -> None:
        self.source.started.connect(self._show_reading)
        self.source.progressed.connect(self.progress.show_reading)
        self.source.loaded.connect(self._show_file)
        self.source.loaded.connect(self.run_log.log_file)
        self.source.failed.connect(self._show_reading_failed)
        self.source.stopped.connect(self._show_reading_stopped)
        self.series_list.chosen.connect(self._choose_series)

    def _connect_runs(self) -> None:
        self.run_bar.options_changed.connect(self._change_options)
        self.run_bar.context_chosen.connect(self._choose_context)
        self.stop_action.triggered.connect(self.stop)
        self.runs.starting.connect(self.run_bar.prepare)
        self.runs.refused.connect(self.show_failure)
        self.runs.stopping.connect(self.stop_action.show_stopping)
        self.runs.became_busy.connect(self._become_busy)
        self.runs.became_idle.connect(self._become_idle)
        self.runs.started.connect(self._begin_run)
        self.runs.page_started.connect(self._show_page_of_run)
        for handle in (
            self.progress.handle,
            self.machine_line.handle,
            self.log.handle,
            self.run_log.handle,
            self._handle_failure,
        ):
            self.runs.event_received.connect(handle)
        for handle in (
            self.menus.devices.handle,
            self.machine_line.handle,
            self.log.handle,
            self.run_log.handle_check,
        ):
            self.engine.check_event_received.connect(handle)

    # Data

    def open_data(self, path: Path) -> None:
        """Open a file."""
        self.source.open(path)

    @Slot(str)
    def _show_reading(self, name: str) -> None:
        self.progress.begin(Work.READING, f"Reading {name}")
        self.runs.refresh()

    @Slot(object)
    def _show_file(self, file: OpenFile) -> None:
        same = file.path == self.keeper.state.data
        wanted = self.keeper.state.series if same else ""
        self.banner.clear()
        self.progress.end(Work.READING, _describe(file))
        self.runs.refresh()
        self.series_list.show_set(file.series)
        self._forecast.show_set(file.series)
        self.setWindowTitle(f"{file.path.name} — chronos-panel")
        state = self.keeper.state.with_recent(file.path)
        self.keeper.update(data=file.path, reading=file.options, recent=state.recent)
        self.menus.show_recent(state.recent)
        names = [item.item_id for item in file.series.series]
        self.series_list.choose(names.index(wanted) if wanted in names else 0)

    @Slot()
    def _show_reading_stopped(self) -> None:
        self.progress.end(Work.READING, "Stopped reading")
        self.runs.refresh()

    @Slot(object)
    def _show_reading_failed(self, failed: Failed) -> None:
        self.progress.drop(Work.READING)
        self.show_failure(failed)

    @Slot(int)
    def _choose_series(self, item: int) -> None:
        self._forecast.chart.show_item(item)
        if self.source.file is not None:
            self.keeper.update(series=self.source.file.series.series[item].item_id)

    # Runs

    @Slot(object)
    def _begin_run(self, job: Job) -> None:
        self.banner.clear()
        self.progress.begin(Work.RUN, "Starting")
        self.run_log.begin(job)

    @Slot(object)
    def _show_page_of_run(self, page: RunPage) -> None:
        self.pages.show_page(page.name)
        if page is not self._forecast:
            # After the second step, the getting-started page is no longer needed.
            self.show_guide(False)

    @Slot()
    def _become_busy(self) -> None:
        self.stop_action.show_busy(True)
        self.run_bar.hand_focus_to_stop()

    @Slot()
    def _become_idle(self) -> None:
        self.run_bar.hand_focus_back()
        self.stop_action.show_busy(False)

    @Slot()
    def stop(self) -> None:
        """Stop the run, and the reading of a file."""
        self.source.cancel()
        self.runs.stop()

    @Slot()
    def escape(self) -> None:
        """Close the message that is shown; if there is none, stop what is running."""
        if self.banner.isVisible():
            self.banner.clear()
        else:
            self.stop()

    @Slot(object)
    def _handle_failure(self, event: Event) -> None:
        if isinstance(event, Failed):
            self.show_failure(event)

    @Slot(object)
    def show_failure(self, failed: Failed) -> None:
        """Show a failure; what is on screen stays."""
        self.run_log.log_failure(failed)
        self.banner.show_failure(failed)
        if self.progress.idle:
            # During a run, "Failed" in the status bar would look as if the run had failed.
            self.progress.announce("Failed")
        self.runs.refresh()

    # Choices

    @Slot(object)
    def _change_options(self, options: RunOptions) -> None:
        self._show_options(options)
        self.keeper.update(options=options)
        if self.is_ready:
            self.pages.check_age()

    def _show_options(self, options: RunOptions) -> None:
        self.run_bar.show_options(options)
        self.machine_line.show_device(options.device)
        self._forecast.show_options(options)

    @Slot(str)
    def choose_device(self, device: str) -> None:
        """Run on another device from now on."""
        self._change_options(replace(self.keeper.state.options, device=device))

    @Slot()
    def _remember_config(self) -> None:
        self.keeper.update(config=self.document.config, preset=self.document.preset)

    @Slot(object)
    def _choose_context(self, steps: int | None) -> None:
        self.document.set_value("context_length", steps)

    @Slot()
    def _show_context(self) -> None:
        steps = self.document.config.context_length
        self.run_bar.show_context(steps)
        self._forecast.show_context(steps)

    @Slot(object)
    def _use_settings(self, config: CompileConfig) -> None:
        same = config == self.document.config
        self.document.replace(config, "use the settings of a run")
        self.docks["settings"].show()
        self.docks["settings"].raise_()
        self.announce(
            "The run has the same settings as the form."
            if same
            else "The form shows the settings of the run. Press Ctrl+Z for yours."
        )

    # The rest

    @Slot(str)
    def announce(self, sentence: str) -> None:
        """Show a sentence in the status bar."""
        self.progress.announce(sentence)

    @Slot()
    def _close_guide(self) -> None:
        self.show_guide(False)

    def show_guide(self, shown: bool) -> None:
        """Show or hide the getting-started page."""
        self.getting_started.setVisible(shown)
        self.keeper.update(guide=shown)

    @Slot()
    def export_chart(self) -> None:
        """Export the chart in front, or that of the forecast if the page in front has none."""
        self.chart_export.ask(self.pages.front.exportable or self._forecast.exportable)

    def choose_theme(self, choice: Choice) -> None:
        """Switch to a theme."""
        self.theme.choose(choice)
        self.keeper.update(theme=choice)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the first file: settings by their endings, anything else as data."""
        event.acceptProposedAction()
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths[0].suffix in SETTINGS_SUFFIXES or paths[0].name == ".env":
            self.transfer.import_file(paths[0])
        else:
            self.open_data(paths[0])

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop and save everything. Nothing is lost, so no question is asked.

        What a running benchmark has measured is saved.
        """
        self.layout_keeper.close()
        self.keeper.close()
        self.hide()
        log_view.detach(self._log_bridge)
        self.source.close()
        self.engine.close()
        self.pages.shut_down()
        super().closeEvent(event)


def _describe(file: OpenFile) -> str:
    """Say that a file was read, and how many warnings there are about it."""
    if not file.warnings:
        return f"Read {file.path.name}"
    return f"Read {file.path.name}: {counted(file.warnings, 'warning')}, see Data"
