"""The menus: every action of the window."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QActionGroup, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMenu

from engine.data.samples import samples
from gui.widgets.dialogs import ask_open
from gui.widgets.theme import Choice
from gui.window.actions import Actions
from gui.window.device_menu import DeviceMenu

if TYPE_CHECKING:
    from gui.window.main_window import MainWindow

VIEWS = ("forecast", "validation", "benchmark", "history", "data")
RUNS = ("forecast", "validate", "benchmark")


class Menus(QObject):
    """Fills the menu bar of a window."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.actions = Actions(window.menuBar())
        self._make_file_menu()
        self._make_edit_menu()
        self._make_run_menu()
        self._make_view_menu()
        self._make_help_menu()
        self.show_running(False)

    def show_running(self, running: bool) -> None:
        """Lets runs be started, or the running one be stopped."""
        for name in RUNS:
            self.actions[name].setEnabled(not running)
        self.actions["stop"].setEnabled(running)

    def show_recent(self, paths: tuple[Path, ...]) -> None:
        """Lists the files that were opened lately."""
        self.recent.clear()
        for path in paths:
            action = self.recent.addAction(str(path).replace("&", "&&"))
            action.triggered.connect(partial(self._open, path))
        self.recent.setEnabled(bool(paths))

    @Slot()
    def ask_data(self) -> None:
        """Opens a file that the user chooses."""
        last = self._window.keeper.state.data
        filters = "CSV files (*.csv *.tsv *.txt *.gz *.zst *.bz2 *.xz *.zip);;All files (*)"
        title = "Open data"
        path = ask_open(self._window, title, filters, last.parent if last else None)
        if path is not None:
            self._window.open_data(path)

    def _open(self, path: Path, _checked: bool = False) -> None:
        self._window.open_data(path)

    def _make_file_menu(self) -> None:
        add, desk = self.actions.add, self._window.config_desk
        menu = self.actions.menu("&File")
        add(menu, "open_data", "&Open data…", self.ask_data, "Ctrl+O")
        self.recent = self.actions.menu("Open &recent", menu)
        sample_menu = self.actions.menu("Open &sample", menu)
        for path in samples():
            title = path.stem.replace("_", " ").capitalize()
            add(sample_menu, f"sample_{path.stem}", title, partial(self._open, path))
        menu.addSeparator()
        add(menu, "import", "&Import settings…", desk.ask_import, "Ctrl+I")
        add(
            menu,
            "import_environment",
            "Import from the en&vironment",
            desk.import_environment,
        )
        add(menu, "export_env", "&Export env file…", desk.export_env, "Ctrl+E")
        add(menu, "export_shell", "Export s&hell lines…", desk.export_shell)
        add(menu, "export_json", "Export &JSON…", desk.export_json)
        menu.addSeparator()
        add(
            menu,
            "export_chart",
            "Export &chart…",
            self._window.export_chart,
            "Ctrl+Shift+E",
        )
        menu.addSeparator()
        add(menu, "quit", "&Quit", self._window.close, "Ctrl+Q")

    def _make_edit_menu(self) -> None:
        document = self._window.document
        menu = self.actions.menu("&Edit")
        stack, parent = document.undo_stack, self.actions
        undo = stack.createUndoAction(parent, "&Undo")
        self.actions.take(menu, "undo", undo, "Ctrl+Z")
        redo = stack.createRedoAction(parent, "&Redo")
        self.actions.take(menu, "redo", redo, "Ctrl+Shift+Z")
        menu.addSeparator()
        copy, reset = "&Copy as shell lines", "Reset &all to the preset"
        self.actions.add(
            menu, "copy_shell", copy, self._window.config_desk.copy_shell, "Ctrl+Shift+C"
        )
        self.actions.add(menu, "reset_all", reset, self._reset_all)

    def _make_run_menu(self) -> None:
        add, runs = self.actions.add, self._window.runs
        menu = self.actions.menu("&Run")
        for name, title, start, key in (
            ("forecast", "&Forecast", runs.forecast, "F5"),
            ("validate", "&Validate", runs.validate, "F6"),
            ("benchmark", "&Benchmark", runs.benchmark, "F7"),
        ):
            add(menu, name, title, partial(self._run, start), key)
        menu.addSeparator()
        # The key first closes a message, and works without a run too: the menu only tells of it,
        # as an action with the same key would make it ambiguous.
        add(menu, "stop", "&Stop\tEsc", runs.stop)
        QShortcut(QKeySequence("Esc"), self._window, self._window.escape)
        menu.addSeparator()
        device = self._window.keeper.state.options.device
        self.devices = DeviceMenu(self.actions.menu("&Device", menu), device)

    def _make_view_menu(self) -> None:
        window, add = self._window, self.actions.add
        menu = self.actions.menu("&View")
        for place, name in enumerate(VIEWS):
            show = partial(window.show_view, name)
            add(menu, f"tab_{name}", window.tabs.tabText(place), show, f"Ctrl+{place + 1}")
        menu.addSeparator()
        for name, keys in (
            ("settings", "Alt+1"),
            ("series", "Alt+2"),
            ("env_file", "Alt+3"),
            ("log", "Alt+4"),
        ):
            dock = window.docks[name]
            show = partial(self._show_dock, name)
            add(menu, f"dock_{name}", dock.windowTitle(), show, keys)
        menu.addSeparator()
        series = window.series_list
        add(menu, "next_series", "&Next series", partial(series.step, 1), "Alt+Down")
        add(menu, "last_series", "&Previous series", partial(series.step, -1), "Alt+Up")
        add(menu, "fit", "&Fit to the forecast", window.forecast_view.fit, "Ctrl+0")
        menu.addSeparator()
        self._make_theme_menu(menu)
        add(menu, "reset_layout", "Reset &layout", window.layout_keeper.reset)

    def _make_theme_menu(self, parent: QMenu) -> None:
        menu = self.actions.menu("&Theme", parent)
        group = QActionGroup(menu)
        titles = {
            Choice.SYSTEM: "Like the &system",
            Choice.LIGHT: "&Light",
            Choice.DARK: "&Dark",
        }
        for choice, title in titles.items():
            choose = partial(self._window.choose_theme, choice)
            action = self.actions.add(menu, f"theme_{choice}", title, choose)
            action.setCheckable(True)
            action.setChecked(choice is self._window.keeper.state.theme)
            group.addAction(action)

    def _make_help_menu(self) -> None:
        add = self.actions.add
        menu = self.actions.menu("&Help")
        guide = partial(self._window.show_guide, True)
        add(menu, "getting_started", "&Getting started", guide, "F1")
        add(menu, "shortcuts", "&Keyboard shortcuts", self._show_shortcuts, "Ctrl+K")
        menu.addSeparator()
        add(
            menu,
            "diagnostics",
            "Copy &diagnostics",
            self._copy_diagnostics,
            explanation="Versions, machine, settings and log for a bug report",
        )

    def _run(self, start: Callable[[], None]) -> None:
        # A key leaves the focus where it is, and a number that is being typed unfinished.
        self._window.run_bar.commit()
        start()

    def _show_dock(self, name: str) -> None:
        """Goes to a panel; closes it if the focus is there already, as no other key does."""
        dock, focused = self._window.docks[name], QApplication.focusWidget()
        if focused is not None and dock.isAncestorOf(focused):
            dock.hide()
            self._window.tabs.tabBar().setFocus()
            return
        dock.show()
        dock.raise_()
        dock.widget().setFocus()

    def _reset_all(self) -> None:
        self._window.document.choose_preset(self._window.document.preset)

    def _show_shortcuts(self) -> None:
        from gui.window.help import show_shortcuts  # seldom needed

        show_shortcuts(self.actions.shortcuts(), self._window)

    def _copy_diagnostics(self) -> None:
        from gui.window.help import diagnostics

        line = self._window.machine_line
        text = diagnostics(
            self._window.document.config, line.machine, line.model, self._window.log.lines
        )
        QGuiApplication.clipboard().setText(text)
        self._window.tell("Copied the diagnostics")
