"""The Benchmark page, with the events of runs whose figures are known."""

import dataclasses
from collections.abc import Callable, Iterable

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
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

from engine.benchmark.events import (
    BenchmarkBegan,
    Benchmarked,
    OutputCompared,
    SampleTaken,
    SideDescribed,
    SpeedEstimated,
    StartMeasured,
)
from engine.benchmark.job import Benchmark
from engine.benchmark.judging.statistics import Interval
from engine.benchmark.judging.summary import summarise
from engine.benchmark.judging.verdict import judge
from engine.benchmark.measurements import Cache, Run, Side, SideFacts
from engine.data.samples import samples
from engine.history.store import History, history_file
from engine.runtime.events import Event, Failed, FailureKind, Finished, Progress, Stopped
from engine.runtime.job import Job
from gui.charts.empty_chart import EmptyChart
from gui.window.main_window import MainWindow
from tests.support.driving import (
    benchmark_page,
    choices_with_data,
    choose,
    click,
    find,
    finish,
    open_without_engine,
    retype,
    send,
    start_job,
    trigger,
    wait_for_data,
)
from tests.support.making_runs import MODEL, PROOF, SETUP, complete_run, start

Open = Callable[..., MainWindow]

STARTS = (
    start(Side.A, Cache.NONE, 0.02),
    start(Side.B, Cache.COLD, 0.5),
    start(Side.B, Cache.WARM, 0.2),
)


def events_of(run: Run) -> Iterable[Event]:
    """What a benchmark says that measures this run."""
    yield BenchmarkBegan(run.setup)
    yield from map(StartMeasured, run.starts)
    yield from map(SampleTaken, run.samples)
    yield from map(SideDescribed, run.facts)
    yield from map(OutputCompared, run.outputs)
    summary = summarise(run)
    yield Benchmarked(summary, judge(run, summary))
    yield Finished()


def begin(window: MainWindow) -> None:
    """Starts a benchmark of what is chosen."""
    start_job(window, benchmark_page(window).make_job(choices_with_data(window)))


def show(window: MainWindow, run: Run, job: Job | None = None) -> None:
    """Has the window take part in a benchmark that measures this run."""
    if job is None:
        begin(window)
    else:
        start_job(window, job)
    send(window, *events_of(run))
    finish(window)


def badge(window: MainWindow) -> str:
    return find(window, QLabel, "benchmark_badge").text()


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
    assert mark.label.format.startswith("pays after")


def test_that_without_a_verdict_the_mark_says_how_unsure_it_is(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    show(window, complete_run(1.5, noise=0.1, blocks=7, starts=STARTS))
    _lines, mark = totals(window)
    qtbot.waitUntil(mark.isVisible)
    assert mark.label.format.startswith("perhaps")


def test_that_a_run_with_a_fault_is_not_said_to_pay(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    fallen = SideFacts(Side.B, MODEL, PROOF, fallback="It failed.", fallback_call=3)
    show(window, complete_run(1.5, starts=STARTS, facts=(SideFacts(Side.A, MODEL), fallen)))
    qtbot.waitUntil(lambda: len(totals(window)[0]) == len(STARTS))
    assert not totals(window)[1].isVisible()
    assert badge(window) == "✕ NO VERDICT"
    assert not find(window, QPushButton, "benchmark_longer").isVisible()


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
        show(window, complete_run(blocks=7), jobs[-1])
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
    run = dataclasses.replace(complete_run(blocks=7), complete=False)
    summary = summarise(run)
    benchmark_page(window).show_run(run, summary, judge(run, summary))
    window.pages.show_page("benchmark")
    assert badge(window) == "? NO VERDICT"
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


def test_that_the_columns_are_explained_and_stand_over_their_figures(open_window: Open) -> None:
    window = open_window()
    show(window, complete_run(1.3))
    table = find(window, QTableWidget, "timing_table")
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
    told = "So far: compiled is 1.82x (1.50-2.30) as fast as eager."
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
    assert made_with == (
        "hourly.csv  ·  horizon 24  ·  longest context  ·  demo  ·  production compiled"
    )
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


def test_that_a_run_of_the_history_says_when_it_was_and_is_never_out_of_date(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_without_engine(qtbot, open_window, monkeypatch)
    click(window, "run_benchmark")
    a = SETUP.configs[0].replace(dtype="bfloat16")
    run = complete_run(1.3, setup=dataclasses.replace(SETUP, configs=(a, SETUP.configs[1])))
    send(window, *events_of(run))
    finish(window)
    trigger(window, "tab_history")
    history = find(window, QTableWidget, "history_table")
    qtbot.waitUntil(lambda: history.rowCount() == 1)
    history.selectRow(0)
    click(window, "history_open")
    made_with = find(window, QLabel, "benchmark_provenance")
    qtbot.waitUntil(lambda: made_with.text().startswith("From the history, "))
    assert run.setup.data in made_with.text()
    assert "eager: demo, production eager, except data type bfloat16" in made_with.text()
    choose(window, "edit_mode", "default")
    assert badge(window) == "✓ FASTER"


def empty_charts(window: MainWindow) -> list[bool]:
    """Of each chart whether it says that there is nothing to show yet."""
    canvas = benchmark_page(window).view.plots.canvas
    plots = [canvas.getItem(row, column) for row in (0, 1) for column in (0, 1)]
    words = [[one for one in plot.vb.childItems() if isinstance(one, EmptyChart)] for plot in plots]
    return [one.isVisible() and bool(one.text) for (one,) in words]


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
    send(window, SampleTaken(run.samples[0]))
    qtbot.waitUntil(lambda: empty_charts(window) == [False, True, True, True])
    send(window, SpeedEstimated(Interval(1.3, 1.2, 1.4)), *events_of(run))
    qtbot.waitUntil(lambda: not any(empty_charts(window)))


def test_that_the_history_names_the_data_of_a_run(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    run = complete_run(1.3)
    show(window, run)
    trigger(window, "tab_history")
    history = find(window, QTableWidget, "history_table")
    qtbot.waitUntil(lambda: history.rowCount() == 1)
    shown = [history.model().index(0, column).data() for column in range(history.columnCount())]
    assert run.setup.data in shown


def test_that_the_chosen_runs_stay_chosen_when_another_one_is_kept(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    history = find(window, QTableWidget, "history_table")
    trigger(window, "tab_history")
    for count in (1, 2, 3):
        show(window, complete_run(1.3))
        qtbot.waitUntil(lambda count=count: history.rowCount() == count)  # type: ignore[misc]
        trigger(window, "tab_history")
        if count == 2:
            history.selectAll()
            click(window, "history_compare")
            answer = find(window, QLabel, "history_answer")
            qtbot.waitUntil(answer.isVisible)
    chosen = sorted(index.row() for index in history.selectionModel().selectedRows())
    assert chosen == [1, 2]
    assert answer.isVisible()
    assert "later / earlier" in find(window, QLabel, "history_details").text()
    # What is told is of the runs that are chosen.
    history.clearSelection()
    history.selectRow(0)
    assert not answer.isVisible()


def test_that_a_run_of_the_history_is_not_shown_over_one_that_is_measured(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    show(window, complete_run(1.3))
    trigger(window, "tab_history")
    history = find(window, QTableWidget, "history_table")
    qtbot.waitUntil(lambda: history.rowCount() == 1)
    begin(window)
    trigger(window, "tab_history")
    history.selectRow(0)
    click(window, "history_open")
    stage = find(window, QLabel, "stage")
    qtbot.waitUntil(lambda: "A benchmark is running" in stage.text())
    assert window.pages.front.name == "history"
    assert badge(window) == "running"


def test_that_why_is_no_longer_than_its_words(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    window.resize(1600, 500)
    show(window, complete_run(1.3, starts=STARTS))
    click(window, "why")
    area = find(window, QScrollArea, "benchmark_evidence_page")
    grounds = find(window, QWidget, "timing_grounds")
    qtbot.waitUntil(grounds.isVisible)
    QApplication.processEvents()
    page = area.widget()
    assert page is not None
    assert page.height() == max(area.viewport().height(), page.heightForWidth(page.width()))


def test_that_a_new_benchmark_starts_with_an_empty_ratio(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    show(window, complete_run(1.3, starts=STARTS))
    plot = benchmark_page(window).view.plots.canvas.getItem(1, 0)
    (filling,) = (one for one in plot.items if isinstance(one, pg.FillBetweenItem))
    qtbot.waitUntil(filling.isVisible)
    begin(window)
    qtbot.waitUntil(lambda: not filling.isVisible())


@pytest.mark.parametrize("width", [1024, 1200, 1600])
def test_that_a_verdict_in_the_history_is_not_cut(
    qtbot: QtBot, open_window: Open, width: int
) -> None:
    window = open_window()
    window.resize(width, 700)
    clamped = SideFacts(Side.B, MODEL, PROOF, changed_values=6410)
    show(window, complete_run(1.3, noise=0.3, facts=(SideFacts(Side.A, MODEL), clamped)))
    trigger(window, "tab_history")
    history = find(window, QTableWidget, "history_table")
    qtbot.waitUntil(lambda: history.rowCount() == 1)
    QApplication.processEvents()
    item = history.item(0, 3)
    assert item is not None
    cell, text = history.visualItemRect(item), item.text()
    # Between the paddings, with Qt's own margin of the text on either side.
    room = cell.adjusted(8, 2, -8, -2)
    wanted = history.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, text)
    assert wanted.height() <= room.height()


@pytest.mark.parametrize("stopped", [False, True])
def test_that_closing_the_window_keeps_what_a_benchmark_has_measured(
    qtbot: QtBot, open_window: Open, stopped: bool
) -> None:
    window = open_window()
    run = complete_run(1.5, starts=STARTS)
    begin(window)
    told = [event for event in events_of(run) if not isinstance(event, Benchmarked | Finished)]
    send(window, *told)
    if stopped:
        finish(window)
    window.close()

    second = open_window()
    trigger(second, "tab_history")
    table = find(second, QTableWidget, "history_table")
    qtbot.waitUntil(lambda: table.rowCount() == 1)
    assert table.model().index(0, 3).data().startswith("Incomplete")
    with History(history_file()) as kept:
        assert len(kept.run(1).samples) == len(run.samples)


def test_that_a_benchmark_that_failed_is_not_called_stopped(open_window: Open) -> None:
    window = open_window()
    begin(window)
    send(window, Failed(FailureKind.INPUT, "There is no model in nowhere."))
    finish(window)
    assert badge(window) == "failed"
    verdict = find(window, QLabel, "benchmark_verdict").text()
    assert verdict == "The benchmark failed before the first call, so nothing is kept."
