"""The run bar: its focus, and what its tooltips say."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.data.samples import samples
from gui.window.main_window import MainWindow
from tests.support.driving import find, wait_until_idle

Open = Callable[..., MainWindow]


def test_that_the_focus_waits_for_the_data_in_a_window_that_is_not_active_yet(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    wait_until_idle(qtbot, window)
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: not window.isActiveWindow())
    find(window, QWidget, "run_forecast").setFocus()
    window.open_data(samples()[0])
    wait_until_idle(qtbot, window)
    assert window.focusWidget() is find(window, QWidget, "run_forecast")


def test_that_whoever_compiles_in_any_case_says_so(open_window: Open) -> None:
    window = open_window()
    assert "whatever Compile" in find(window, QWidget, "compare").toolTip()
    assert "whatever Compile" in find(window, QWidget, "run_validation").toolTip()
    assert "settings compiled" in find(window, QWidget, "run_benchmark").toolTip()
    assert "every program" in find(window, QWidget, "edit_enabled").accessibleDescription()
