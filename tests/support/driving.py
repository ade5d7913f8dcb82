"""A real window, driven as a user does: widgets by their names, mouse and keyboard."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from engine.runtime.events import Event
from engine.runtime.job import Job
from gui.app import make_application, open_window
from gui.benchmark.page import BenchmarkPage
from gui.charts.forecast_plot import ForecastPlot
from gui.forecast.chart import ForecastChart
from gui.forecast.page import ForecastPage
from gui.runs.choices import Choices
from gui.start import Start
from gui.validation.page import ValidationPage
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
    # The pages behind the first one are filled after the first paint.
    while not window.is_ready:
        QTest.qWait(10)
    return window


def open_without_engine(
    qtbot: QtBot, open_window: Callable[..., MainWindow], monkeypatch: pytest.MonkeyPatch
) -> MainWindow:
    """A window with data whose runs start as ever, but whose events the test sends."""
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    monkeypatch.setattr(window.engine, "submit", window.engine.started.emit)
    return window


def start_job(window: MainWindow, job: Job) -> None:
    """Has the window believe that the engine has started a job."""
    window.engine.started.emit(job)


def send(window: MainWindow, *events: Event) -> None:
    """Has the window believe that the running job reports events."""
    for event in events:
        window.engine.event_received.emit(event)


def finish(window: MainWindow) -> None:
    """Has the window believe that the running job is over."""
    window.engine.finished.emit()


def choices_with_data(window: MainWindow) -> Choices:
    """What the user has chosen, once a file is open."""
    while window.source.file is None:
        QTest.qWait(10)
    return window.choices()


def benchmark_page(window: MainWindow) -> BenchmarkPage:
    return window.pages.find(BenchmarkPage)


def validation_page(window: MainWindow) -> ValidationPage:
    return window.pages.find(ValidationPage)


def chart_of(window: MainWindow) -> ForecastChart:
    """The chart of the Forecast page."""
    return window.pages.find(ForecastPage).chart


def plot_of(window: MainWindow) -> ForecastPlot:
    """The plot of the Forecast page."""
    return find(window, ForecastPlot, "forecast_plot")


def action(window: MainWindow, name: str) -> QAction:
    """An action of the menus by its name."""
    found = window.findChild(QAction, f"action_{name}")
    assert isinstance(found, QAction), name
    return found


def trigger(window: MainWindow, name: str) -> None:
    """Chooses an entry of the menus."""
    action(window, name).trigger()


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

    qtbot.waitUntil(loaded, timeout=10_000)


def wait_until_idle(qtbot: QtBot, window: MainWindow, timeout: int = 90_000) -> None:
    """Waits until nothing runs."""
    qtbot.waitUntil(lambda: not window.engine.busy and not window.source.busy, timeout=timeout)


def middle(widget: QWidget) -> QPoint:
    """The middle of a widget in its own coordinates."""
    return widget.rect().center()
