"""The window as a whole."""

import os
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.runtime.events import Failed, FailureKind
from gui.window.main_window import MainWindow
from tests.support.driving import click, find, wait_for_data, wait_until_idle
from tests.support.making import CAPTURED

Open = Callable[..., MainWindow]


def test_that_escape_closes_the_message_first_and_then_stops_the_run(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    cache = os.environ["TORCHINDUCTOR_CACHE_DIR"]
    window.document.restore(CAPTURED.replace(cache_dir=cache), "fast_testing")
    banner = find(window, QWidget, "banner")
    click(window, "run_forecast")
    window.show_failure(Failed(FailureKind.INPUT, "The file is no CSV."))
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not banner.isVisible()
    assert window.engine.busy
    assert find(window, QPushButton, "stop").text() == "Stop"
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert find(window, QPushButton, "stop").text() == "Stopping…"
    wait_until_idle(qtbot, window, timeout=10_000)
    # A message can be closed by the key without a run as well.
    window.show_failure(Failed(FailureKind.INPUT, "The file is no CSV."))
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not banner.isVisible()
