"""The window from end to end: real engine, real model, real worker, mouse and keyboard."""

import csv
import os
import signal
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import numpy as np
import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QTabWidget, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from gui.charts.plots import Curve
from gui.window.main_window import MainWindow
from tests.support.driving import chart_of, click, find, plot_of, wait_for_data, wait_until_idle
from tests.support.making import CAPTURED

Open = Callable[..., MainWindow]


def captured(window: MainWindow) -> None:
    """Has the window compile without generating code, which takes a second."""
    cache = os.environ["TORCHINDUCTOR_CACHE_DIR"]
    window.document.restore(CAPTURED.replace(cache_dir=cache), "fast_testing")


def eager_only(window: MainWindow) -> None:
    """Has the window forecast without compiling."""
    click(window, "compare")
    assert not window.keeper.state.options.compare


def text_of(window: MainWindow, name: str) -> str:
    return find(window, QLabel, name).text()


def assert_works(qtbot: QtBot, window: MainWindow) -> None:
    """A forecast succeeds, whatever happened before."""
    click(window, "run_forecast")
    wait_until_idle(qtbot, window)
    assert text_of(window, "stage") == "Done"
    assert not find(window, QWidget, "banner").isVisible()


def test_that_the_first_minute_leads_to_both_curves(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    captured(window)
    assert "Press Forecast" in text_of(window, "forecast_figures")

    click(window, "run_forecast")
    assert not find(window, QPushButton, "run_forecast").isEnabled()
    qtbot.waitUntil(lambda: Curve.EAGER in chart_of(window).forecasts, timeout=60_000)
    wait_until_idle(qtbot, window)

    eager, compiled = (chart_of(window).forecasts[curve] for curve in (Curve.EAGER, Curve.COMPILED))
    plot = plot_of(window)
    for curve, forecast in ((Curve.EAGER, eager), (Curve.COMPILED, compiled)):
        _x, drawn = plot.drawn(curve)
        median = forecast.quantile_levels.index(0.5)
        np.testing.assert_array_equal(drawn, forecast.items[0].values[0, :, median])
    assert text_of(window, "forecast_badge") == "▲ NO CODE GENERATED"
    assert "this says nothing about compiled code" in text_of(window, "forecast_figures")
    assert "Compiling the blocks took" in text_of(window, "forecast_figures")
    assert "demo" in text_of(window, "machine")

    # The next series by arrow key, on the chart.
    QTest.keyClick(plot.canvas, Qt.Key.Key_Right)
    assert text_of(window, "series_name") == eager.items[1].item_id
    _x, drawn = plot.drawn(Curve.COMPILED)
    assert len(drawn) == eager.horizon

    # What is shown can be taken away.
    for ending in ("png", "svg", "csv"):
        window.chart_export.write(chart_of(window), tmp_path / f"chart.{ending}")
    assert not QImage(str(tmp_path / "chart.png")).isNull()
    assert b"<svg" in (tmp_path / "chart.svg").read_bytes()
    with (tmp_path / "chart.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * len(eager.items) * eager.horizon
    assert float(rows[0]["0.5"]) == pytest.approx(eager.items[0].values[0, 0, median])


def test_that_a_killed_worker_is_a_sentence_and_the_next_run_works(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    eager_only(window)
    assert_works(qtbot, window)
    before = dict(chart_of(window).forecasts)

    captured(window)
    click(window, "run_forecast")
    qtbot.waitUntil(lambda: "Compiling" in text_of(window, "stage"), timeout=60_000)
    assert window.engine.worker_pid is not None
    os.kill(window.engine.worker_pid, signal.SIGKILL)
    wait_until_idle(qtbot, window)

    assert "was killed" in text_of(window, "failure_sentence")
    assert "new worker" in text_of(window, "failure_remedy")
    assert chart_of(window).forecasts == before
    find(window, QToolButton, "failure_close").click()
    assert_works(qtbot, window)


MOMENTS: dict[str, Callable[[MainWindow], bool]] = {
    "at once": lambda _window: True,
    "while the worker starts": lambda window: window.engine.worker_pid is not None,
    "while the model is loaded": lambda window: "oading" in text_of(window, "stage"),
    "while it compiles": lambda window: "Compiling" in text_of(window, "stage"),
    "between eager and compiled": lambda window: Curve.EAGER in chart_of(window).forecasts,
}


@pytest.mark.parametrize(
    "moment",
    [
        "at once",
        "while the worker starts",
        pytest.param("while the model is loaded", marks=pytest.mark.slow),
        pytest.param("while it compiles", marks=pytest.mark.slow),
        pytest.param("between eager and compiled", marks=pytest.mark.slow),
    ],
)
def test_that_stop_acts_at_once(qtbot: QtBot, open_window: Open, moment: str) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    captured(window)
    click(window, "run_forecast")
    qtbot.waitUntil(lambda: MOMENTS[moment](window), timeout=60_000)
    started = monotonic()
    click(window, "stop")
    assert find(window, QPushButton, "stop").text() == "Stopping…"
    # The window is alive meanwhile.
    find(window, QTabWidget, "tabs").setCurrentIndex(1)
    wait_until_idle(qtbot, window, timeout=10_000)
    assert monotonic() - started < 5
    assert text_of(window, "stage") == "Stopped"
    assert find(window, QPushButton, "stop").text() == "Stop"
    eager_only(window)
    click(window, "run_forecast")
    assert window.engine.busy


def test_that_closing_in_the_middle_of_a_compile_leaves_nothing(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    captured(window)
    click(window, "run_forecast")
    qtbot.waitUntil(lambda: "Compiling" in text_of(window, "stage"), timeout=60_000)
    pid = window.engine.worker_pid
    assert pid is not None
    window.close()
    assert not window.isVisible()
    assert not psutil.pid_exists(pid)
