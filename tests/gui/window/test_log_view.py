"""The Log panel: filter, search, copy, and a flood of lines."""

import logging
from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from engine.runtime.events import Logged
from gui.window.main_window import MainWindow
from tests.support.driving import choose, click, find, retype, trigger

Open = Callable[..., MainWindow]


def shown_log(window: MainWindow) -> list[str]:
    return find(window, QPlainTextEdit, "log_text").toPlainText().splitlines()


def test_that_the_log_is_filtered_searched_and_copied(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    trigger(window, "dock_log")
    for level, text in (
        (logging.INFO, "the model is loaded"),
        (logging.WARNING, "the cache is cold"),
        (logging.ERROR, "the compiler is gone"),
    ):
        window.log.handle(Logged(level, "worker", text))
    qtbot.waitUntil(lambda: any("gone" in line for line in shown_log(window)))
    choose(window, "log_level", "Warnings")
    assert not any("loaded" in line for line in shown_log(window))
    assert any("cold" in line for line in shown_log(window))
    retype(window, "log_search", "COMPILER")
    assert len(shown_log(window)) == 1
    click(window, "log_copy")
    assert "the compiler is gone" in QApplication.clipboard().text()
    assert "error" in QApplication.clipboard().text()


def test_that_what_the_window_itself_logs_is_in_the_log(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    logging.getLogger("gui.somewhere").warning("said by the window")
    qtbot.waitUntil(lambda: any("said by the window" in line for line in window.log.lines))


def test_that_a_flood_of_lines_is_survived(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    trigger(window, "dock_log")
    for number in range(30_000):
        window.log.handle(Logged(logging.INFO, "torch", f"line {number}"))
    qtbot.waitUntil(lambda: bool(shown_log(window)) and "29999" in shown_log(window)[-1])
    assert len(window.log.lines) == len(shown_log(window)) == 10_000
