"""The window: it puts the parts together, and lets none of them know another."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from engine.data.options import ReadOptions
from engine.data.samples import sample
from engine.runtime.events import Event, Failed
from gui.charts.saving import ChartDesk
from gui.data.series_list import SeriesList
from gui.data.source import DataSource, OpenFile
from gui.forecast.page import ForecastView
from gui.runs.engine_thread import EngineThread
from gui.runs.run_control import RunControl
from gui.runs.run_options import RunOptions
from gui.settings.document import ConfigDocument
from gui.settings.env_preview import EnvPreview
from gui.settings.form import ConfigEditor
from gui.settings.transfer import ConfigDesk
from gui.state.state_keeper import StateKeeper
from gui.widgets.banner import Banner
from gui.widgets.theme import Choice, Theme
from gui.window import log_view
from gui.window.getting_started import GettingStarted
from gui.window.layout import lay_out
from gui.window.layout_keeper import LayoutKeeper
from gui.window.machine_line import MachineLine
from gui.window.menus import Menus
from gui.window.progress_strip import ProgressStrip, Work
from gui.window.run_bar import RunBar
from gui.window.run_log import RunLog

SETTINGS_SUFFIXES = (".env", ".json", ".sh")


class MainWindow(QMainWindow):
    """The window.

    Signals:
        closed: It was closed, and everything that it had started has ended.
        options_taken: Other options of a run were chosen.
        running_changed: Something runs now, or nothing does.
    """

    closed = Signal()
    options_taken = Signal()
    running_changed = Signal(bool)

    def __init__(self, keeper: StateKeeper, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setWindowTitle("chronos-panel")
        self.setAcceptDrops(True)
        self.keeper = keeper
        self.theme = theme
        self.document = ConfigDocument(self)
        self.engine = EngineThread(self)
        self.source = DataSource(self)
        self.runs = RunControl(self.engine, self.document, self.source, keeper, self)
        self.run_log = RunLog(self)
        self._make_views()
        self.tabs, self._pages, self.docks = lay_out(self)
        self.fill_page("forecast", self.forecast_view)
        self.config_desk = ConfigDesk(self.document, self.preview, self)
        self.chart_desk = ChartDesk(self)
        self.layout_keeper = LayoutKeeper(self, self.tabs, keeper.saves)
        self.menus = Menus(self)
        self._restore()
        self._connect()
        self._log_bridge = log_view.attach(self.log)

    def begin(self, data: Path | None) -> None:
        """Makes what is not seen at first, and starts what may take a while.

        Args:
            data: The file to open; None for the last one, or else sample data.
        """
        from gui.runs.live_check import LiveCheck
        from gui.window.back_views import BackViews  # not before the window is on the screen

        self.back = BackViews(self)
        # Files may be dropped everywhere, so nothing in the window may take them for itself.
        for widget in self.findChildren(QWidget):
            widget.setAcceptDrops(False)
        state = self.keeper.state
        if data is not None:
            self.open_data(data)
        elif state.data is not None:
            self.source.open(state.data, state.reading)
        else:
            self.source.open(sample())
        self.live_check = LiveCheck(self.document, self.engine, self.keeper, self)
        self.live_check.found.connect(self.config_editor.show_findings)
        self.menus.devices.chosen.connect(self.live_check.check)
        self.live_check.check()

    def _make_views(self) -> None:
        self.banner = Banner()
        self.getting_started = GettingStarted()
        self.run_bar = RunBar()
        self.config_editor = ConfigEditor(self.document)
        self.preview = EnvPreview(self.document)
        self.series_list = SeriesList(self.theme)
        self.forecast_view = ForecastView(self.theme)
        self.log = log_view.LogView()
        self.progress = ProgressStrip()
        self.machine_line = MachineLine()

    def _restore(self) -> None:
        state = self.keeper.state
        self.document.restore(state.config, state.preset)
        self.forecast_view.show_config(state.config)
        self._show_options(state.options)
        self.getting_started.setVisible(state.guide)
        self.menus.show_recent(state.recent)
        self.layout_keeper.restore()

    def _connect(self) -> None:
        self.document.changed.connect(self._remember_config)
        self.config_desk.failed.connect(self.show_failure)
        self.config_desk.noticed.connect(self.log.take)
        self.config_desk.told.connect(self.tell)
        self.chart_desk.failed.connect(self.show_failure)
        self.chart_desk.told.connect(self.tell)
        self.docks["env_file"].visibilityChanged.connect(self.preview.come_to_front)
        self.preview.export_asked.connect(self.config_desk.export_env)
        self.getting_started.closed.connect(self._close_guide)
        self._connect_data()
        self._connect_runs()

    def _connect_data(self) -> None:
        self.source.started.connect(self._reading)
        self.source.progressed.connect(self.progress.take_reading)
        self.source.loaded.connect(self._show_file)
        self.source.loaded.connect(self.run_log.tell_file)
        self.source.failed.connect(self._reading_failed)
        self.source.stopped.connect(self._reading_stopped)
        self.series_list.chosen.connect(self._choose_series)
        self.forecast_view.neighbour_asked.connect(self.series_list.step)
        self.forecast_view.options_asked.connect(self._take_options)
        self.forecast_view.export_asked.connect(self.export_chart)
        self.forecast_view.fix_asked.connect(self.document.apply)

    def _connect_runs(self) -> None:
        self.run_bar.options_changed.connect(self._take_options)
        self.run_bar.open_asked.connect(self.menus.ask_data)
        self.run_bar.forecast_asked.connect(self.runs.forecast)
        self.run_bar.validate_asked.connect(self.runs.validate)
        self.run_bar.benchmark_asked.connect(self.runs.benchmark)
        self.run_bar.stop_asked.connect(self.runs.stop)
        guide = self.getting_started
        for asked, button in (
            (guide.forecast_asked, self.run_bar.forecast),
            (guide.validate_asked, self.run_bar.validate),
            (guide.benchmark_asked, self.run_bar.benchmark),
        ):
            asked.connect(button.setFocus)  # which knows where the focus goes while it runs
            asked.connect(button.click)
        guide.open_asked.connect(self.menus.ask_data)
        self.runs.refused.connect(self.show_failure)
        self.runs.stopping.connect(self.run_bar.show_stopping)
        self.engine.started.connect(self.run_log.begin)
        self.engine.started.connect(self._begin_run)
        self.engine.ended.connect(self._end_run)
        for taker in (
            self.progress.take,
            self.machine_line.take,
            self.log.take,
            self.run_log.take,
            self.forecast_view.take,
            self._take_failure,
        ):
            self.engine.said.connect(taker)
        self.menus.devices.chosen.connect(self.choose_device)
        self.engine.checked.connect(self.menus.devices.take)
        self.engine.checked.connect(self.machine_line.take)
        self.engine.checked.connect(self.log.take)
        self.engine.checked.connect(self.run_log.take_check)

    # Data

    def open_data(self, path: Path) -> None:
        """Opens a file."""
        self.source.open(path)

    @Slot(str)
    def _reading(self, name: str) -> None:
        self.progress.begin(Work.READING, f"Reading {name}")
        self._show_running()

    @Slot(object)
    def _show_file(self, file: OpenFile) -> None:
        same = file.path == self.keeper.state.data
        wanted = self.keeper.state.series if same else ""
        self.banner.clear()
        self.progress.end(Work.READING, self._words_for(file))
        self._show_running()
        self.series_list.show_set(file.series)
        self.forecast_view.show_set(file.series)
        self.setWindowTitle(f"{file.path.name} — chronos-panel")
        state = self.keeper.state.with_recent(file.path)
        self.keeper.update(data=file.path, reading=file.options, recent=state.recent)
        self.menus.show_recent(state.recent)
        names = [item.item_id for item in file.series.series]
        self.series_list.choose(names.index(wanted) if wanted in names else 0)

    def _words_for(self, file: OpenFile) -> str:
        name, count = file.path.name, file.warnings
        if count == 0:
            return f"Read {name}"
        warnings = "1 warning" if count == 1 else f"{count} warnings"
        return f"Read {name}: {warnings}, see Data"

    @Slot()
    def _reading_stopped(self) -> None:
        self.progress.end(Work.READING, "Stopped reading")
        self._show_running()

    @Slot(object)
    def _reading_failed(self, failed: Failed) -> None:
        self.progress.drop(Work.READING)
        self.show_failure(failed)

    @Slot(object)
    def reread(self, options: ReadOptions) -> None:
        """Reads the open file otherwise."""
        if self.source.file is not None:
            self.source.open(self.source.file.path, options)

    @Slot(int)
    def _choose_series(self, item: int) -> None:
        self.forecast_view.show_item(item)
        if self.source.file is not None:
            self.keeper.update(series=self.source.file.series.series[item].item_id)

    # Runs

    @Slot(object)
    def _begin_run(self, job: object) -> None:
        from engine.forecast.job import Forecast

        self.banner.clear()
        self.progress.begin(Work.RUN, "Starting")
        if isinstance(job, Forecast):
            self.forecast_view.begin()
        self._show_running()

    @Slot()
    def _end_run(self) -> None:
        self.forecast_view.end()
        self._show_running()

    def _show_running(self) -> None:
        running = self.engine.busy or self.source.busy
        self.run_bar.show_running(running)
        self.getting_started.show_running(running)
        self.menus.show_running(running)
        self.running_changed.emit(running)

    @Slot(object)
    def _take_options(self, options: RunOptions) -> None:
        self._show_options(options)
        self.keeper.update(options=options)
        self.options_taken.emit()

    def _show_options(self, options: RunOptions) -> None:
        self.run_bar.show_options(options)
        self.machine_line.show_device(options.device)
        self.forecast_view.show_options(options)

    @Slot(str)
    def choose_device(self, device: str) -> None:
        """Has runs forecast on another device from now on."""
        self._take_options(replace(self.keeper.state.options, device=device))

    @Slot(object)
    def _take_failure(self, event: Event) -> None:
        if isinstance(event, Failed):
            self.show_failure(event)

    @Slot(object)
    def show_failure(self, failed: Failed) -> None:
        """Tells that something failed; what is on screen stays."""
        self.run_log.complain(failed)
        self.banner.show_failure(failed)
        if self.progress.idle:
            # Else it would look as if that which goes on had failed; the message tells enough.
            self.progress.tell("Failed")
        self._show_running()

    # The rest

    @Slot()
    def escape(self) -> None:
        """Closes the message that is shown; where there is none, stops what is running."""
        if self.banner.isVisible():
            self.banner.clear()
        else:
            self.runs.stop()

    @property
    def front(self) -> str:
        """The name of the view in front."""
        return next(n for n, page in self._pages.items() if page is self.tabs.currentWidget())

    def show_view(self, name: str) -> None:
        """Brings a view to the front."""
        self.tabs.setCurrentWidget(self._pages[name])

    def name_view(self, name: str, title: str) -> None:
        """Writes other words on a view's tab."""
        self.tabs.setTabText(self.tabs.indexOf(self._pages[name]), title)

    def fill_page(self, name: str, view: QWidget) -> None:
        """Puts a view on its page, which was empty."""
        layout = self._pages[name].layout()
        assert layout is not None  # noqa: S101
        layout.addWidget(view)

    @Slot(str)
    def tell(self, text: str) -> None:
        """Says in the status bar that something was done."""
        self.progress.tell(text)

    @Slot()
    def _remember_config(self) -> None:
        self.keeper.update(config=self.document.config, preset=self.document.preset)
        self.forecast_view.show_config(self.document.config)

    @Slot()
    def _close_guide(self) -> None:
        self.show_guide(False)

    def show_guide(self, shown: bool) -> None:
        """Shows or hides the getting-started page."""
        self.getting_started.setVisible(shown)
        self.keeper.update(guide=shown)

    @Slot()
    def export_chart(self) -> None:
        """Exports the chart of the view in front, or of the forecast where that has none."""
        self.chart_desk.ask(self.back.chart or self.forecast_view)

    def choose_theme(self, choice: Choice) -> None:
        """Switches to a theme."""
        self.theme.choose(choice)
        self.keeper.update(theme=choice)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Takes files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Opens the first file: settings by their endings, anything else as data."""
        event.acceptProposedAction()
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths[0].suffix in SETTINGS_SUFFIXES or paths[0].name == ".env":
            self.config_desk.import_file(paths[0])
        else:
            self.open_data(paths[0])

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stops and saves everything; no question is asked, since nothing is lost.

        Of a benchmark that is running, what it has measured is kept.
        """
        self.layout_keeper.close()
        self.keeper.close()
        self.hide()
        log_view.detach(self._log_bridge)
        self.source.close()
        self.engine.close()
        if hasattr(self, "back"):
            self.back.close()
        super().closeEvent(event)
        self.closed.emit()
