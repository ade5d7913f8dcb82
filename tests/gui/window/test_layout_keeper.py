"""The layout of the window: reset, and restored onto the screens that are there."""

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDockWidget

from gui.state import remembered as state
from gui.window.main_window import MainWindow
from tests.support.driving import find, trigger

Open = Callable[..., MainWindow]


def test_that_the_layout_can_be_reset(open_window: Open) -> None:
    window = open_window()
    dock = find(window, QDockWidget, "dock_settings")
    area = window.dockWidgetArea(dock)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    find(window, QDockWidget, "dock_series").close()
    trigger(window, "reset_layout")
    assert window.dockWidgetArea(dock) == area
    assert not find(window, QDockWidget, "dock_series").isHidden()


def test_that_a_window_on_a_screen_that_is_gone_comes_back(open_window: Open) -> None:
    first = open_window()
    first.setGeometry(QRect(9000, 9000, 900, 600))
    first.close()
    second = open_window()
    screen = QGuiApplication.primaryScreen().availableGeometry()
    assert screen.contains(second.frameGeometry().center())


def test_that_a_broken_layout_file_is_no_obstacle(open_window: Open) -> None:
    state.state_folder().mkdir(parents=True)
    state.layout_file().write_bytes(b"[General]\ndocks=@ByteArray(\\xff\\0nonsense)\ngeometry=7\n")
    window = open_window()
    assert find(window, QDockWidget, "dock_settings").isVisible()
