"""The Benchmark page, with the events of runs whose figures are known."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QPushButton,
    QScrollArea,
    QTableWidget,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.benchmark.events import BenchmarkBegan, CallTimed, SpeedEstimated
from engine.benchmark.job import Benchmark
from engine.benchmark.judging.statistics import Interval
from engine.benchmark.measurements import SideFacts
from engine.benchmark.outcome import Judged
from engine.benchmark.setup import Side
from engine.data.samples import samples
from engine.runtime.events import Failed, FailureKind, Finished, Progress, Stopped
from engine.runtime.job import Job
from gui.charts.empty_chart import EmptyChart
from gui.window.main_window import MainWindow
from tests.support.driving import (
    benchmark_page,
    choose,
    click,
    find,
    finish,
    open_without_engine,
    retype,
    send,
    trigger,
    wait_for_data,
)
from tests.support.driving_benchmark import STARTS, badge, begin, events_of, show
from tests.support.making_runs import MODEL, PROOF, complete_run

Open = Callable[..., MainWindow]


def empty_charts(window: MainWindow) -> list[bool]:
    """Of each chart whether it says that there is nothing to show yet."""
    canvas = benchmark_page(window).view.plots.canvas
    plots = [canvas.getItem(row, column) for row in (0, 1) for column in (0, 1)]
    words = [[one for one in plot.vb.childItems() if isinstance(one, EmptyChart)] for plot in plots]
    return [one.isVisible() and bool(one.text) for (one,) in words]


def test_that_a_run_that_was_too_short_is_no_failure_and_can_be_made_longer(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    jobs: list[Job] = []

    def submit(job: Job) -> bool:
        jobs.append(job)
        return True

    monkeypatch.setattr(window.engine, "submit", submit)
    click(window, "run_benchmark")
    for _time in range(2):
        show(window, complete_run(rounds=7), jobs[-1])
        assert badge(window) == "? NO VERDICT"
        click(window, "benchmark_longer")
    # Of a longer one that came to nothing, the result before is still the one to outdo.
    begin(window)
    finish(window)
    click(window, "benchmark_longer")
    click(window, "run_benchmark")
    budgets = [job.time_budget for job in jobs if isinstance(job, Benchmark)]
    assert budgets == pytest.approx([budgets[0] * times for times in (1, 3, 9, 9, 1)])
    show(window, complete_run(1.3), jobs[-1])
    assert badge(window) == "✓ FASTER"
    assert not find(window, QPushButton, "benchmark_longer").isVisible()


def test_that_a_run_that_was_stopped_is_not_to_be_made_longer(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    run = dataclasses.replace(complete_run(rounds=7), complete=False)
    benchmark_page(window).show_judged(Judged.of(run))
    window.pages.show_page("benchmark")
    assert badge(window) == "? NO VERDICT"
    assert not find(window, QPushButton, "benchmark_longer").isVisible()


def test_that_the_columns_are_explained_and_stand_over_their_figures(open_window: Open) -> None:
    window = open_window()
    show(window, complete_run(1.3))
    table = find(window, QTableWidget, "benchmark_table")
    model = table.model()
    for column in range(1, model.columnCount()):
        header = Qt.Orientation.Horizontal
        assert model.headerData(column, header, Qt.ItemDataRole.ToolTipRole)
    assert table.horizontalHeader().defaultAlignment() & Qt.AlignmentFlag.AlignLeft


def test_that_a_first_ratio_says_what_it_is_a_ratio_of(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    begin(window)
    send(window, BenchmarkBegan(complete_run().setup))
    send(window, SpeedEstimated(Interval(1.82, 1.5, 2.3)))
    said = find(window, QLabel, "benchmark_verdict")
    told = "So far, compiled is 1.82x as fast as eager (95 % interval 1.50–2.30)."
    qtbot.waitUntil(lambda: said.text() == told)


def test_that_a_limited_answer_is_no_green_badge_and_why_counts_the_warnings(
    open_window: Open,
) -> None:
    window = open_window()
    show(window, complete_run(1.3))
    assert badge(window) == "✓ FASTER"
    assert find(window, QToolButton, "why").text() == "Why"
    clamped = SideFacts(Side.B, MODEL, PROOF, changed_values=12)
    show(window, complete_run(1.3, facts=(SideFacts(Side.A, MODEL), clamped)))
    assert badge(window) == "▲ FASTER, ROUGHLY"
    limits = find(window, QLabel, "benchmark_caveats")
    assert "12 values" in limits.text()
    assert limits.isVisible()
    assert find(window, QToolButton, "why").text() == "Why (1)"
    begin(window)
    assert find(window, QToolButton, "why").text() == "Why"


def test_that_a_verdict_on_something_else_than_is_chosen_now_is_marked(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_without_engine(qtbot, open_window, monkeypatch)
    click(window, "run_benchmark")
    send(window, *events_of(complete_run(1.3)))
    finish(window)
    made_with = find(window, QLabel, "benchmark_provenance").text()
    assert made_with == ("hourly.csv  ·  horizon 24  ·  demo  ·  production compiled")
    assert badge(window) == "✓ FASTER"
    # Whether Compile is on or off at present, and a holdout, make no difference to a benchmark.
    click(window, "edit_enabled")
    click(window, "holdout")
    assert badge(window) == "✓ FASTER"
    choose(window, "edit_mode", "default")
    assert badge(window) == "OUTDATED: other settings"
    trigger(window, "undo")
    assert badge(window) == "✓ FASTER"
    retype(window, "horizon", "12\r")
    assert badge(window) == "OUTDATED: other settings"
    retype(window, "horizon", "24\r")
    first = window.source.file
    window.open_data(samples()[0])
    qtbot.waitUntil(lambda: window.source.file is not first)
    assert badge(window) == "✓ FASTER"
    window.open_data(samples()[-1])
    wait_for_data(qtbot, window, samples()[-1].name)
    assert badge(window) == "OUTDATED: other data"
    renew = "Outdated: data changed. Press Benchmark to update.  "
    assert find(window, QLabel, "benchmark_provenance").text() == renew + made_with


def test_that_a_benchmark_that_measures_nothing_leaves_the_last_result(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_without_engine(qtbot, open_window, monkeypatch)
    shown = []
    for ended in (False, True):
        click(window, "run_benchmark")
        if not ended:
            send(window, *events_of(complete_run(1.3)))
        send(window, Stopped() if ended else Finished())
        finish(window)
        assert find(window, QToolButton, "why").isEnabled()
        names = ("badge", "verdict", "provenance")
        shown.append([find(window, QLabel, f"benchmark_{name}").text() for name in names])
        retype(window, "horizon", "12\r")
    assert shown[0][0] == "✓ FASTER"
    renew = "Outdated: settings changed. Press Benchmark to update.  "
    assert shown[1] == ["OUTDATED: other settings", shown[0][1], renew + shown[0][2]]
    assert benchmark_page(window).view.run is not None


def test_that_a_benchmark_says_which_step_it_is_at_and_what_will_come(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_without_engine(qtbot, open_window, monkeypatch)
    click(window, "run_benchmark")
    assert all(empty_charts(window))
    run = complete_run(1.3, starts=STARTS)
    send(window, BenchmarkBegan(run.setup))
    stage = "Starting compiled in a fresh process, cold cache"
    send(window, Progress(stage, 1, 3))
    assert find(window, QLabel, "benchmark_verdict").text() == f"Step 2 of 9: {stage}…"
    send(window, CallTimed(run.calls[0]))
    qtbot.waitUntil(lambda: empty_charts(window) == [False, True, True, True])
    send(window, SpeedEstimated(Interval(1.3, 1.2, 1.4)), *events_of(run))
    qtbot.waitUntil(lambda: not any(empty_charts(window)))


def test_that_why_is_no_longer_than_its_words(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    window.resize(1600, 500)
    show(window, complete_run(1.3, starts=STARTS))
    click(window, "why")
    area = find(window, QScrollArea, "benchmark_evidence_page")
    grounds = find(window, QWidget, "benchmark_evidence")
    qtbot.waitUntil(grounds.isVisible)
    QApplication.processEvents()
    page = area.widget()
    assert page is not None
    assert page.height() == max(area.viewport().height(), page.heightForWidth(page.width()))


def test_that_a_benchmark_that_failed_is_not_called_stopped(open_window: Open) -> None:
    window = open_window()
    begin(window)
    send(window, Failed(FailureKind.INPUT, "There is no model in nowhere."))
    finish(window)
    assert badge(window) == "failed"
    verdict = find(window, QLabel, "benchmark_verdict").text()
    assert verdict == "The benchmark failed before the first call, so nothing is kept."


def test_that_the_report_of_a_benchmark_can_be_exported(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    window = open_window()
    report = find(window, QPushButton, "export_benchmark_report")
    begin(window)
    assert not report.isEnabled()
    run = complete_run(1.3, starts=STARTS)
    send(window, *events_of(run))
    finish(window)
    path = tmp_path / "benchmark.md"
    monkeypatch.setattr("gui.runs.report_export.ask_save", lambda *_about: path)
    click(window, "export_benchmark_report")
    qtbot.waitUntil(path.exists, timeout=20_000)
    stage = find(window, QLabel, "stage")
    qtbot.waitUntil(lambda: stage.text() == f"Wrote {path}")
    assert Judged.of(run).verdict.headline.split(". ")[0] in path.read_text()
