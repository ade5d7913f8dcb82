"""The charts of a benchmark, with the events of runs whose figures are known."""

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.benchmark.measurements import SideFacts
from engine.benchmark.setup import Side
from gui.window.main_window import MainWindow
from tests.support.driving import benchmark_page, find
from tests.support.driving_benchmark import STARTS, badge, begin, show
from tests.support.making_runs import MODEL, PROOF, complete_run

Open = Callable[..., MainWindow]


def totals(window: MainWindow) -> tuple[list[pg.PlotDataItem], pg.InfiniteLine]:
    """The lines of total time, and the mark where they cross."""
    plot = benchmark_page(window).view.plots.canvas.getItem(1, 1)
    (mark,) = (item for item in plot.items if isinstance(item, pg.InfiniteLine))
    return plot.listDataItems(), mark


def test_that_the_mark_stands_where_the_lines_cross(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    show(window, complete_run(1.5, noise=0.3, starts=STARTS))
    qtbot.waitUntil(lambda: len(totals(window)[0]) == len(STARTS))
    (eager, cold, _warm), mark = totals(window)
    at = mark.value()
    assert mark.isVisible()
    total_eager, total_cold = (np.interp(at, *line.getData()) for line in (eager, cold))
    assert total_eager == pytest.approx(total_cold)
    assert mark.label.format.startswith("earned back\nafter ")


def test_that_without_a_verdict_the_mark_says_how_unsure_it_is(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    show(window, complete_run(1.5, noise=0.1, rounds=7, starts=STARTS))
    _lines, mark = totals(window)
    qtbot.waitUntil(mark.isVisible)
    assert mark.label.format.endswith("(uncertain)")


def test_that_a_run_with_a_fault_is_not_said_to_pay(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    fallen = SideFacts(Side.B, MODEL, PROOF, fallback="It failed.", fallback_call=3)
    show(window, complete_run(1.5, starts=STARTS, facts=(SideFacts(Side.A, MODEL), fallen)))
    qtbot.waitUntil(lambda: len(totals(window)[0]) == len(STARTS))
    assert not totals(window)[1].isVisible()
    assert badge(window) == "✕ NO VERDICT"
    assert not find(window, QPushButton, "benchmark_longer").isVisible()


@pytest.mark.parametrize(("low", "high"), [(200, 12_000), (9, 11), (0.01, 1e6), (3, 40)])
def test_that_the_numbers_of_the_axis_do_not_touch(
    open_window: Open, low: float, high: float
) -> None:
    axis = benchmark_page(open_window()).view.plots.canvas.getItem(0, 0).getAxis("left")
    height = 110
    ((_spacing, places), *_others) = axis.tickValues(np.log10(low), np.log10(high), height)
    apart = np.diff(places) * height / np.log10(high / low)
    assert len(places) > 1
    assert apart.min() >= QFontMetrics(axis.font()).ascent()
    numbers = axis.tickStrings(places, 1.0, 1.0)
    assert len(set(numbers)) == len(numbers)


def test_that_a_new_benchmark_starts_with_an_empty_ratio(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    show(window, complete_run(1.3, starts=STARTS))
    plot = benchmark_page(window).view.plots.canvas.getItem(1, 0)
    (filling,) = (one for one in plot.items if isinstance(one, pg.FillBetweenItem))
    qtbot.waitUntil(filling.isVisible)
    begin(window)
    qtbot.waitUntil(lambda: not filling.isVisible())
