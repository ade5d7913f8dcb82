"""The plot of a forecast."""

from collections.abc import Callable

import numpy as np
from pytestqt.qtbot import QtBot

from gui.charts.plots import Curve
from gui.window.main_window import MainWindow
from tests.support.driving import chart_of, plot_of, wait_for_data
from tests.support.making import series_set

Open = Callable[..., MainWindow]


def test_that_far_beyond_the_data_the_pointer_still_says_where_it_is(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    assert plot_of(window).values_at(1e12) == "33658-09-27 01:46"


def test_that_the_crosshair_tells_date_and_values(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    plot = plot_of(window)
    x, drawn = plot.drawn(Curve.HISTORY)
    told = plot.values_at(x[-1])
    assert "2025-" in told
    assert f"history {drawn[-1]:.6g}" in told


def test_that_a_series_of_nothing_but_gaps_can_be_shown(open_window: Open) -> None:
    window = open_window()
    gaps = np.full(40, np.nan)
    some = np.where(np.arange(40) % 7 < 3, np.nan, np.arange(40.0))
    chart_of(window).show_set(series_set([gaps, some]))
    chart_of(window).show_item(1)
    _x, drawn = plot_of(window).drawn(Curve.HISTORY)
    np.testing.assert_array_equal(drawn, some)
