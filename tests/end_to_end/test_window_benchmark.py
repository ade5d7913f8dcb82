"""A benchmark in the window: live, to its verdict, into the history and out of it again."""

import csv
import dataclasses
import os
from collections.abc import Callable
from io import StringIO

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from engine.benchmark.job import Benchmark
from engine.benchmark.setup import Side
from gui.benchmark.page import BenchmarkPage
from gui.runs.choices import Choices
from gui.window.main_window import MainWindow
from tests.support.driving import (
    benchmark_page,
    choose,
    click,
    find,
    trigger,
    wait_for_data,
    wait_until_idle,
)
from tests.support.making import CAPTURED

Open = Callable[..., MainWindow]


@pytest.fixture(autouse=True)
def short_benchmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Benchmarks that measure no starts and take no longer than they must."""
    make_job = BenchmarkPage.make_job

    def make_short_job(page: BenchmarkPage, choices: Choices) -> Benchmark:
        return dataclasses.replace(make_job(page, choices), time_budget=5.0, starts=False)

    monkeypatch.setattr(BenchmarkPage, "make_job", make_short_job)


def text_of(window: MainWindow, name: str) -> str:
    return find(window, QLabel, name).text()


def prepared(qtbot: QtBot, open_window: Open) -> MainWindow:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    cache = os.environ["TORCHINDUCTOR_CACHE_DIR"]
    window.document.restore(CAPTURED.replace(cache_dir=cache), "fast_testing")
    return window


def benchmark(qtbot: QtBot, window: MainWindow) -> None:
    click(window, "run_benchmark")
    wait_until_idle(qtbot, window, timeout=300_000)
    assert text_of(window, "stage") == "Done"


@pytest.mark.slow
def test_that_a_benchmark_comes_to_its_verdict_and_into_the_history(
    qtbot: QtBot, open_window: Open
) -> None:
    window = prepared(qtbot, open_window)
    benchmark(qtbot, window)
    shown = benchmark_page(window).view.run
    assert shown is not None
    assert shown.complete
    assert text_of(window, "benchmark_badge") not in ("", "running")
    assert text_of(window, "benchmark_verdict")
    click(window, "why")
    grounds = find(window, QWidget, "benchmark_evidence").findChildren(QLabel)
    assert any("median" in label.text() for label in grounds if label.isVisible())
    table = find(window, QTableWidget, "benchmark_table")
    names = [table.model().index(row, 0).data() for row in range(2)]
    assert names == ["eager", "compiled"]
    rows = list(csv.DictReader(StringIO(benchmark_page(window).view.table())))
    assert len(rows) == len(shown.calls)
    assert float(rows[-1]["seconds"]) == pytest.approx(shown.calls[-1].seconds)

    # A second one, and both in the history, where they can be compared.
    benchmark(qtbot, window)
    trigger(window, "tab_history")
    history = find(window, QTableWidget, "history_table")
    qtbot.waitUntil(lambda: history.rowCount() == 2, timeout=20_000)
    assert not find(window, QPushButton, "history_compare").isEnabled()
    history.selectAll()
    click(window, "history_compare")
    qtbot.waitUntil(lambda: find(window, QLabel, "history_answer").isVisible(), timeout=20_000)
    assert text_of(window, "history_answer")

    # The first run's settings, and its charts.
    choose(window, "preset", "safest")
    history.clearSelection()
    history.selectRow(1)
    click(window, "history_settings")
    qtbot.waitUntil(lambda: window.document.config.backend == "aot_eager", timeout=20_000)
    click(window, "history_open")
    qtbot.waitUntil(lambda: window.pages.front.name == "benchmark", timeout=20_000)
    assert benchmark_page(window).view.run == shown


def test_that_a_stopped_benchmark_is_judged_by_what_it_measured(
    qtbot: QtBot, open_window: Open
) -> None:
    window = prepared(qtbot, open_window)
    click(window, "run_benchmark")
    assert not find(window, QWidget, "getting_started").isVisible()
    sides = benchmark_page(window).view.calls
    qtbot.waitUntil(lambda: sides(Side.A) > 0, timeout=120_000)
    click(window, "stop")
    wait_until_idle(qtbot, window, timeout=10_000)
    qtbot.waitUntil(lambda: "stopped early" in text_of(window, "benchmark_verdict"), timeout=20_000)
    trigger(window, "tab_history")
    history = find(window, QTableWidget, "history_table")
    qtbot.waitUntil(lambda: history.rowCount() == 1, timeout=20_000)
