"""The menus: every action of the window."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMenu

from engine.data.samples import samples
from gui.forecast.page import ForecastPage
from gui.widgets.theme import Choice
from gui.window.actions import Actions
from gui.window.device_menu import DeviceMenu

if TYPE_CHECKING:
    from gui.window.main_window import MainWindow

DOCK_KEYS = {"settings": "Alt+1", "series": "Alt+2", "env_file": "Alt+3", "log": "Alt+4"}


class Menus(QObject):
    """Fills the menu bar of a window.

    Attributes:
        actions: The actions by name.
        recent: The menu of files that were opened recently.
        devices: The menu of devices.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.actions = Actions(window.menuBar())
        self._make_file_menu()
        self._make_edit_menu()
        self._make_run_menu()
        self._make_view_menu()
        self._make_help_menu()

    def show_recent(self, paths: tuple[Path, ...]) -> None:
        """List the files that were opened recently."""
        self.recent.clear()
        for path in paths:
            action = self.recent.addAction(str(path).replace("&", "&&"))
            action.triggered.connect(partial(self._open, path))
        self.recent.setEnabled(bool(paths))

    def _open(self, path: Path, _checked: bool = False) -> None:
        self._window.open_data(path)

    def _make_file_menu(self) -> None:
        add, transfer = self.actions.add, self._window.transfer
        menu = self.actions.add_menu("&File")
        self.actions.add_existing(menu, "open_data", self._window.pages.data.action)
        self.recent = self.actions.add_menu("Open &recent", menu)
        sample_menu = self.actions.add_menu("Open &sample", menu)
        for path in samples():
            title = path.stem.replace("_", " ").capitalize()
            add(sample_menu, f"sample_{path.stem}", title, partial(self._open, path))
        menu.addSeparator()
        add(menu, "import", "&Import settings…", transfer.ask_import, "Ctrl+I")
        add(
            menu,
            "import_environment",
            "Import from en&vironment variables",
            transfer.import_environment,
        )
        add(menu, "export_env", "&Export env file…", transfer.export_env, "Ctrl+E")
        add(menu, "export_shell", "Export s&hell lines…", transfer.export_shell)
        add(menu, "export_json", "Export &JSON…", transfer.export_json)
        menu.addSeparator()
        export = self._window.export_chart
        add(menu, "export_chart", "Export &chart…", export, "Ctrl+Shift+E")
        menu.addSeparator()
        add(menu, "quit", "&Quit", self._window.close, "Ctrl+Q")

    def _make_edit_menu(self) -> None:
        document = self._window.document
        menu = self.actions.add_menu("&Edit")
        stack, parent = document.undo_stack, self.actions
        for name, action, keys in (
            ("undo", stack.createUndoAction(parent, "&Undo"), "Ctrl+Z"),
            ("redo", stack.createRedoAction(parent, "&Redo"), "Ctrl+Shift+Z"),
        ):
            action.setShortcut(QKeySequence(keys))
            self.actions.add_existing(menu, name, action)
        menu.addSeparator()
        copy = self._window.transfer.copy_shell
        self.actions.add(menu, "copy_shell", "&Copy as shell lines", copy, "Ctrl+Shift+C")
        reset = document.reset_all
        self.actions.add(menu, "reset_all", "Reset &all to the preset", reset)

    def _make_run_menu(self) -> None:
        window = self._window
        menu = self.actions.add_menu("&Run")
        for page in window.pages.of_kinds:
            self.actions.add_existing(menu, page.name, page.action)
        menu.addSeparator()
        self.actions.add_existing(menu, "stop", window.stop_action)
        QShortcut(QKeySequence("Esc"), window, window.escape)
        menu.addSeparator()
        device = window.keeper.state.options.device
        self.devices = DeviceMenu(self.actions.add_menu("&Device", menu), device)

    def _make_view_menu(self) -> None:
        window, add = self._window, self.actions.add
        menu = self.actions.add_menu("&View")
        for number, page in enumerate(window.pages, 1):
            show = partial(window.pages.show_page, page.name)
            add(menu, f"tab_{page.name}", page.title, show, f"Ctrl+{number}")
        menu.addSeparator()
        for name, keys in DOCK_KEYS.items():
            show = partial(self._show_dock, name)
            add(menu, f"dock_{name}", window.docks[name].windowTitle(), show, keys)
        menu.addSeparator()
        series = window.series_list
        add(menu, "next_series", "&Next series", partial(series.step, 1), "Alt+Down")
        add(menu, "last_series", "&Previous series", partial(series.step, -1), "Alt+Up")
        fit = window.pages.find(ForecastPage).chart.fit
        add(menu, "fit", "&Zoom to forecast", fit, "Ctrl+0")
        menu.addSeparator()
        self._make_theme_menu(menu)
        add(menu, "reset_layout", "Reset &layout", window.layout_keeper.reset)

    def _make_theme_menu(self, parent: QMenu) -> None:
        menu = self.actions.add_menu("&Theme", parent)
        group = QActionGroup(menu)
        titles = {Choice.SYSTEM: "Follow &system", Choice.LIGHT: "&Light", Choice.DARK: "&Dark"}
        for choice, title in titles.items():
            choose = partial(self._window.choose_theme, choice)
            action = self.actions.add(menu, f"theme_{choice}", title, choose)
            action.setCheckable(True)
            action.setChecked(choice is self._window.keeper.state.theme)
            group.addAction(action)

    def _make_help_menu(self) -> None:
        add = self.actions.add
        menu = self.actions.add_menu("&Help")
        guide = partial(self._window.show_guide, True)
        add(menu, "getting_started", "&Getting started", guide, "F1")
        add(menu, "shortcuts", "&Keyboard shortcuts", self._show_shortcuts, "Ctrl+K")
        menu.addSeparator()
        add(
            menu,
            "diagnostics",
            "Copy &diagnostics",
            self._copy_diagnostics,
            explanation="Copy versions, machine, settings and log for a bug report",
        )

    def _show_dock(self, name: str) -> None:
        """Go to a panel. If the focus is in it already, close it, as no other key does."""
        dock, focused = self._window.docks[name], QApplication.focusWidget()
        if focused is not None and dock.isAncestorOf(focused):
            dock.hide()
            self._window.pages.tabs.tabBar().setFocus()
            return
        dock.show()
        dock.raise_()
        dock.widget().setFocus()

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
        self._window.announce("Diagnostics copied")
