"""Where the parts of the window are at the very first start."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QTabWidget, QToolBar, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from gui.window.main_window import MainWindow

SIZE = (1200, 780)
DOCK_WIDTH = 364
"""Width of the panels at the left in pixels: "Reset (2 changes)" fits beside the presets."""


def lay_out(window: "MainWindow") -> dict[str, QDockWidget]:
    """Arrange the parts of a window.

    Returns:
        The docks by name.
    """
    window.resize(*SIZE)
    bar = QToolBar("Run")
    bar.setObjectName("toolbar")
    bar.setMovable(False)
    bar.toggleViewAction().setVisible(False)
    bar.addWidget(window.run_bar)
    window.addToolBar(bar)
    centre = QWidget()
    column = QVBoxLayout(centre)
    column.setContentsMargins(8, 8, 8, 0)
    column.setSpacing(8)
    column.addWidget(window.banner)
    column.addWidget(window.getting_started)
    column.addWidget(window.pages.tabs, 1)
    window.setCentralWidget(centre)
    status = window.statusBar()
    status.setSizeGripEnabled(False)
    status.addWidget(window.progress, 1)
    status.addPermanentWidget(window.machine_line)
    return _make_docks(window)


def _allow_focus(window: "MainWindow", view: QWidget, visible: bool) -> None:
    """Keep the focus out of a panel behind another one, which Qt considers visible."""
    if window.isVisible() and not window.isMinimized():
        view.setEnabled(visible)


def _make_docks(window: "MainWindow") -> dict[str, QDockWidget]:
    left, bottom = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
    window.setDockNestingEnabled(True)
    north = QTabWidget.TabPosition.North
    window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, north)
    docks = {}
    for name, title, view, area in (
        ("settings", "Settings", window.form, left),
        ("series", "Series", window.series_list, left),
        ("env_file", "Env file", window.preview, left),
        ("log", "Log", window.log, bottom),
    ):
        dock = QDockWidget(title, window)
        dock.setObjectName(f"dock_{name}")
        dock.setWidget(view)
        window.addDockWidget(area, dock)
        dock.visibilityChanged.connect(partial(_allow_focus, window, view))
        docks[name] = dock
    window.tabifyDockWidget(docks["settings"], docks["series"])
    window.tabifyDockWidget(docks["series"], docks["env_file"])
    docks["settings"].raise_()
    docks["log"].hide()
    window.resizeDocks([docks["settings"]], [DOCK_WIDTH], Qt.Orientation.Horizontal)
    return docks
