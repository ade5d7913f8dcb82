"""Everything can be reached with the keyboard, has a name, and is legible in a small window."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QFontMetrics, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGraphicsView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QTabBar,
    QTableView,
    QTableWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.base.findings import Finding, Fix, Severity
from engine.runtime.events import Failed, FailureKind
from gui.window.main_window import MainWindow
from tests.support.driving import (
    benchmark_page,
    click,
    find,
    finish,
    start_job,
    trigger,
    validation_page,
    wait_for_data,
)

Open = Callable[..., MainWindow]

INTERACTIVE = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QGraphicsView,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
)
MOST_TABS = 300


def states(window: MainWindow) -> Iterator[str]:
    """Brings every part of the window to the front, one after the other."""
    # Long words from the user's side.
    folder = "/tmp/" + "long/" * 12 + "name"  # noqa: S108  nothing is written there
    window.document.set_value("cache_dir", folder)
    fix = Fix("cache_dir", f"{Path.home()}/.cache/chronos-panel/chronos2_torch_inductor")
    finding = Finding(Severity.WARNING, "TORCHINDUCTOR_CACHE_DIR", f"{folder} is odd.", fix=fix)
    window.form.show_findings((finding,))
    window.show_failure(Failed(FailureKind.UNEXPECTED, "It failed.", "Try again.", "Details"))
    click(window, "failure_fold")
    for dock in ("settings", "series", "env_file", "log"):
        trigger(window, f"dock_{dock}")
        QApplication.processEvents()
        yield f"dock {dock}"
    window.docks["log"].close()
    window.banner.clear()
    for name in ("forecast", "validation", "benchmark", "history", "data"):
        trigger(window, f"tab_{name}")
        QApplication.processEvents()
        yield f"view {name}"
    # What is behind the empty states.
    for page in (validation_page(window), benchmark_page(window)):
        start_job(window, page.make_job(window.choices()))
        finish(window)
        QApplication.processEvents()
        yield page.objectName()


def own_widgets(window: MainWindow) -> list[QWidget]:
    """The visible widgets that are ours, and not parts that Qt makes of them."""
    behind = [dock for dock in window.docks.values() if dock.visibleRegion().isEmpty()]
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and not any(dock is widget or dock.isAncestorOf(widget) for dock in behind)
        and not widget.objectName().startswith("qt_")
        and not isinstance(widget, QHeaderView)
        and not isinstance(widget.parent(), QComboBox | QAbstractSpinBox)
        # A dock is shown and hidden by the View menu and its shortcuts.
        and type(widget).__name__ not in ("QDockWidgetTitleButton", "QTableCornerButton")
    ]


def describe(widget: QWidget) -> str:
    parent = widget.parentWidget()
    name = widget.objectName() or (parent.objectName() if parent else "")
    text = getattr(widget, "text", lambda: "")()
    return f"{type(widget).__name__} {name!r} {text!r}"


def spoken_name(widget: QWidget) -> str:
    """What a screen reader calls a widget."""
    face = QAccessible.queryAccessibleInterface(widget)
    return face.text(QAccessible.Text.Name) if face is not None else ""


def test_that_everything_has_a_name(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    nameless = {
        (state, describe(widget))
        for state in states(window)
        for widget in own_widgets(window)
        if isinstance(widget, INTERACTIVE) and not spoken_name(widget).strip()
    }
    assert not nameless


def reached_by_tab(window: MainWindow) -> set[QWidget]:
    """The widgets that the focus visits when Tab is pressed again and again."""
    window.setFocus()
    visited: set[QWidget] = set()
    for _press in range(MOST_TABS):
        focused = QApplication.focusWidget()
        if focused is not None:
            visited.add(focused)
        QTest.keyClick(focused or window, Qt.Key.Key_Tab)
    return visited


def test_that_everything_is_reached_by_tab(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    unreached = set()
    for state in states(window):
        visited = reached_by_tab(window)
        for widget in own_widgets(window):
            if isinstance(widget, INTERACTIVE) and widget.isEnabled() and widget not in visited:
                unreached.add((state, describe(widget)))
    assert not unreached


def clipped(widget: QWidget) -> bool:
    """Whether a widget has less room than its text needs."""
    match widget:
        case QLabel() if widget.wordWrap():
            words = widget.text().replace("\u200b", " ").split()
            metrics = QFontMetrics(widget.font())
            widest = max((metrics.horizontalAdvance(word) for word in words), default=0)
            too_tall = widget.heightForWidth(widget.width()) > widget.height() + 1
            return too_tall or widest > widget.width()
        case QLabel() | QAbstractButton():
            wanted, given = widget.sizeHint(), widget.size()
            return wanted.width() > given.width() or wanted.height() > given.height() + 1
        case QComboBox():
            text = QFontMetrics(widget.font()).horizontalAdvance(widget.currentText())
            return text > widget.width() - 26
        case QTabBar():
            return any(
                widget.tabRect(place).width() < widget.tabSizeHint(place).width()
                or widget.tabRect(place).right() > widget.width()
                for place in range(widget.count())
            )
        case QTableView():
            header = widget.horizontalHeader()
            return any(
                header.sectionSizeFromContents(place).width() > header.sectionSize(place)
                for place in range(header.count())
            )
    return False


def cut_off(widget: QWidget, window: MainWindow) -> bool:
    """Whether a part of a widget lies outside of what holds it; what scrolls is no trouble."""
    parent = widget.parentWidget()
    while parent is not None and parent is not window:
        if isinstance(parent.parentWidget(), QScrollArea | QAbstractItemView):
            return False
        parent = parent.parentWidget()
    corner = widget.mapTo(window, widget.rect().bottomRight())
    return not window.rect().adjusted(0, 0, 1, 1).contains(corner)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_that_no_text_is_clipped_in_a_small_window(
    qtbot: QtBot, open_window: Open, theme: str
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    trigger(window, f"theme_{theme}")
    trouble = set()
    for state in states(window):
        assert (window.width(), window.height()) == (1024, 700), state
        for widget in own_widgets(window):
            if clipped(widget) or cut_off(widget, window):
                trouble.add((state, describe(widget)))
    # Every part has been seen, and still they all have room.
    trigger(window, "dock_log")
    QApplication.processEvents()
    assert (window.width(), window.height()) == (1024, 700)
    trigger(window, "theme_light")
    assert not trouble, "\n".join(map(str, sorted(trouble)))


def test_that_the_focus_can_be_seen(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    for name in ("run_forecast", "open_data", "edit_mode", "edit_enabled", "edit_model", "horizon"):
        widget = find(window, QWidget, name)
        find(window, QWidget, "tab_bar").setFocus()
        before = widget.grab().toImage()
        widget.setFocus()
        assert widget.grab().toImage() != before, name


def test_that_shortcuts_are_listed_and_none_is_given_twice(open_window: Open) -> None:
    window = open_window()
    trigger(window, "shortcuts")
    table = find(window, QTableWidget, "shortcuts")
    listed = {table.model().index(row, 1).data() for row in range(table.rowCount())}
    keys = [
        action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        for action in window.menus.actions.all
        if not action.shortcut().isEmpty()
    ]
    # Esc is no action's: it closes a message first, and two owners of a key are none.
    keys.append("Esc")
    assert len(keys) == len(set(keys))
    assert listed == set(keys)
    words = [table.model().index(row, 0).data() for row in range(table.rowCount())]
    assert len(words) == len(set(words))
    assert "Run: Forecast" in words


def test_that_the_diagnostics_hold_what_a_report_needs(open_window: Open) -> None:
    window = open_window()
    window.log.add(30, "test", "a line of the log")
    trigger(window, "diagnostics")
    text = QApplication.clipboard().text()
    for words in ("PySide6", "Python", "TORCH_COMPILED=0", "a line of the log", "screens"):
        assert words in text
