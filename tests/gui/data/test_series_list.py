"""The Series panel: search and select."""

from collections.abc import Callable
from time import perf_counter

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListView
from pytestqt.qtbot import QtBot

from engine.data.series import Series, SeriesSet
from gui.window.main_window import MainWindow
from tests.support.driving import find, retype, trigger, wait_for_data

Open = Callable[..., MainWindow]


def test_that_a_hundred_thousand_series_are_searched_and_scrolled_quickly(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    values = np.random.default_rng(0).normal(size=(100_000, 1, 16))
    items = tuple(Series(f"item {place:06}", row) for place, row in enumerate(values))
    trigger(window, "dock_series")
    steps: list[tuple[str, Callable[[], object]]] = []
    series_list = window.series_list
    steps.append(("list", lambda: series_list.show_set(SeriesSet(items, ("value",)))))
    search = find(window, QLineEdit, "series_search")
    steps.append(("search", lambda: QTest.keyClicks(search, "99")))
    view = find(window, QListView, "series_view")
    steps.append(("scroll", view.scrollToBottom))
    for name, step in steps:
        started = perf_counter()
        step()
        QApplication.processEvents()
        # Far above what it takes, and far below what anyone would wait for.
        assert perf_counter() - started < 2, name
    shown = find(window, QLabel, "series_count").text()
    expected = sum("99" in item.item_id for item in items)
    assert shown == f"{expected:,} of 100,000 series"


def test_that_a_search_finds_and_a_click_shows_a_series(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    trigger(window, "dock_series")
    retype(window, "series_search", "CAM")
    view = find(window, QListView, "series_view")
    assert view.model().rowCount() == 1
    place = view.visualRect(view.model().index(0, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert find(window, QLabel, "series_name").text() == "campus"
