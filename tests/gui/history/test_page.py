"""The History page: what it keeps, opens and compares."""

import dataclasses
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QTableWidget
from pytestqt.qtbot import QtBot

from engine.benchmark.events import Benchmarked
from engine.benchmark.judging.summary import summarise
from engine.benchmark.judging.verdict import judge
from engine.benchmark.kept import keep_run, kept_run
from engine.benchmark.measurements import SideFacts
from engine.benchmark.setup import Side
from engine.history.store import History, StoredRun, history_file
from engine.runtime.events import Finished
from gui.window.main_window import MainWindow
from tests.support.driving import choose, click, find, finish, open_without_engine, send, trigger
from tests.support.driving_benchmark import STARTS, badge, begin, events_of, show
from tests.support.making_runs import MODEL, PROOF, SETUP, complete_run

Open = Callable[..., MainWindow]


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


def test_that_the_history_names_the_data_of_a_run(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    run = complete_run(1.3)
    show(window, run)
    trigger(window, "tab_history")
    history = find(window, QTableWidget, "history_table")
    qtbot.waitUntil(lambda: history.rowCount() == 1)
    shown = [history.model().index(0, column).data() for column in range(history.columnCount())]
    assert run.setup.data in shown


def test_that_a_damaged_run_hides_no_other(qtbot: QtBot, open_window: Open) -> None:
    sound = complete_run(1.3)
    with History(history_file()) as kept:
        kept.add(StoredRun("benchmark", 2, "never", "sideways", "\x1b[2J\0", "", b""))
        keep_run(kept, sound, judge(sound, summarise(sound)))
    window = open_window()
    trigger(window, "tab_history")
    history = find(window, QTableWidget, "history_table")
    qtbot.waitUntil(lambda: history.rowCount() == 2)
    shown = [history.model().index(1, column).data() for column in range(2)]
    assert shown == ["never", "sideways"]


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
    assert table.model().index(0, 3).data().startswith("The run stopped early. No verdict.")
    with History(history_file()) as kept:
        assert len(kept_run(kept, 1).calls) == len(run.calls)
