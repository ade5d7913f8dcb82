"""The message of a failure."""

from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QWidget

from engine.runtime.events import Failed, FailureKind
from gui.window.main_window import MainWindow
from tests.support.driving import click, find

Open = Callable[..., MainWindow]


def test_that_the_details_of_a_failure_are_folded(open_window: Open) -> None:
    window = open_window()
    failed = Failed(FailureKind.UNEXPECTED, "It went wrong.", "Try again.", "Traceback: here")
    window.show_failure(failed)
    details = find(window, QPlainTextEdit, "failure_details")
    assert find(window, QLabel, "failure_sentence").text() == "It went wrong."
    assert not details.isVisible()
    click(window, "failure_fold")
    assert details.isVisible()
    click(window, "failure_copy")
    assert "Traceback: here" in QApplication.clipboard().text()
    window.show_failure(Failed(FailureKind.INPUT, "Bad input."))
    assert not details.isVisible()
    assert not find(window, QWidget, "failure_fold").isVisible()
