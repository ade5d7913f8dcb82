"""A real window, driven as a user does: widgets by their names, mouse and keyboard."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from gui.app import make_application, open_window
from gui.entry import Start
from gui.window.main_window import MainWindow

Kind = TypeVar("Kind", bound=QWidget)
LEFT = Qt.MouseButton.LeftButton


def open_one(data: Path | None = None) -> MainWindow:
    """A window on the screen."""
    make_application()
    window = open_window(Start(data))
    window.resize(1024, 700)
    window.show()
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    # What is behind the first view is made after the first paint.
    while not hasattr(window, "back"):
        QTest.qWait(10)
    return window


def open_told(
    qtbot: QtBot, open_window: Callable[..., MainWindow], monkeypatch: pytest.MonkeyPatch
) -> MainWindow:
    """A window with data whose runs begin as ever; what they say is up to the test."""
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    monkeypatch.setattr(window.engine, "submit", window.engine.started.emit)
    return window


def find(window: QWidget, kind: type[Kind], name: str) -> Kind:
    """A widget by its name."""
    found = window.findChild(kind, name)
    assert found is not None, name
    return found


def click(window: QWidget, name: str) -> None:
    """Clicks in the middle of a widget that the user can see."""
    widget = find(window, QWidget, name)
    assert widget.isVisible(), f"{name} is not visible"
    assert widget.isEnabled(), f"{name} is not enabled"
    QTest.mouseClick(widget, LEFT)


def choose(window: QWidget, name: str, text: str) -> None:
    """Chooses an entry of a box with the keyboard."""
    box = find(window, QComboBox, name)
    place = box.findText(text)
    assert place >= 0, text
    box.setFocus()
    while box.currentIndex() != place:
        key = Qt.Key.Key_Down if box.currentIndex() < place else Qt.Key.Key_Up
        QTest.keyClick(box, key)


def retype(window: QWidget, name: str, text: str) -> None:
    """Replaces the text of a line, key by key."""
    widget = find(window, QWidget, name)
    widget.setFocus()
    QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(widget, text)


def turn_wheel(widget: QWidget, notches: int) -> None:
    """Turns the mouse wheel over a widget; downwards if there are fewer than no notches."""
    window = widget.window()
    place = QPointF(widget.mapTo(window, middle(widget)))
    QTest.wheelEvent(window.windowHandle(), place, QPoint(0, 120 * notches))
    QApplication.processEvents()


def drop(window: MainWindow, path: Path) -> None:
    """Drops a file on the middle of the window, wherever that takes it."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    place = window.rect().center()
    target: QWidget | None = window.childAt(place)
    while target is not None and not target.acceptDrops():
        target = target.parentWidget()
    assert target is window, "something in the window takes the drop for itself"
    action, buttons, keys = Qt.DropAction.CopyAction, LEFT, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(place, action, data, buttons, keys))
    QApplication.sendEvent(window, QDropEvent(place, action, data, buttons, keys))


def wait_for_data(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Waits until a file is open."""

    def loaded() -> None:
        assert window.source.file is not None
        assert window.source.file.path.name == name

    qtbot.waitUntil(_quiet(loaded), timeout=10_000)


def wait_until_idle(qtbot: QtBot, window: MainWindow, timeout: int = 90_000) -> None:
    """Waits until nothing runs."""
    qtbot.waitUntil(lambda: not window.engine.busy and not window.source.busy, timeout=timeout)


def _quiet(check: Callable[[], None]) -> Callable[[], bool]:
    def holds() -> bool:
        try:
            check()
        except AssertionError:
            return False
        return True

    return holds


def middle(widget: QWidget) -> QPoint:
    """The middle of a widget in its own coordinates."""
    return widget.rect().center()
