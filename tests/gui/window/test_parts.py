"""The smaller parts: the log, the message of a failure, progress, and Qt's own soundness."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.benchmark.job import Benchmark
from engine.data.samples import samples
from engine.forecast.job import Forecast
from engine.runtime.events import Failed, FailureKind, Finished, Logged, Progress
from engine.runtime.job import Job
from engine.validation.job import Validate
from gui.app import open_window as open_it
from gui.start import Start
from gui.state import remembered as state
from gui.state.remembered import State
from gui.window.main_window import MainWindow
from gui.window.progress_strip import ProgressStrip, Work
from tests.support.driving import (
    action,
    choose,
    click,
    find,
    retype,
    send,
    trigger,
    wait_for_data,
    wait_until_idle,
)

Open = Callable[..., MainWindow]


def test_that_qt_counts_its_references() -> None:
    """A release of PySide6 lost one to None in every call, and so killed the interpreter."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _call in range(1000):
        thing.setObjectName("thing")
    assert sys.getrefcount(None) > before - 500


@pytest.mark.parametrize("name", ["settings", "series", "env_file", "log"])
def test_that_a_panels_key_goes_there_and_once_there_closes_it(
    open_window: Open, name: str
) -> None:
    window = open_window()
    dock, key = window.docks[name], action(window, f"dock_{name}")
    find(window, QWidget, "tab_bar").setFocus()
    for _ in range(2):
        key.trigger()
        QApplication.processEvents()
        focused = QApplication.focusWidget()
        assert focused is not None
        assert dock.isAncestorOf(focused)
        assert not dock.visibleRegion().isEmpty()
        key.trigger()
        assert dock.isHidden()
        assert find(window, QWidget, "tab_bar").hasFocus()


def shown_log(window: MainWindow) -> list[str]:
    return find(window, QPlainTextEdit, "log_text").toPlainText().splitlines()


def test_that_the_log_is_filtered_searched_and_copied(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    trigger(window, "dock_log")
    for level, text in (
        (logging.INFO, "the model is loaded"),
        (logging.WARNING, "the cache is cold"),
        (logging.ERROR, "the compiler is gone"),
    ):
        window.log.handle(Logged(level, "worker", text))
    qtbot.waitUntil(lambda: any("gone" in line for line in shown_log(window)))
    choose(window, "log_level", "Warnings")
    assert not any("loaded" in line for line in shown_log(window))
    assert any("cold" in line for line in shown_log(window))
    retype(window, "log_search", "COMPILER")
    assert len(shown_log(window)) == 1
    click(window, "log_copy")
    assert "the compiler is gone" in QApplication.clipboard().text()
    assert "error" in QApplication.clipboard().text()


def test_that_what_the_window_itself_logs_is_in_the_log(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    logging.getLogger("gui.somewhere").warning("said by the window")
    qtbot.waitUntil(lambda: any("said by the window" in line for line in window.log.lines))


def test_that_files_and_runs_are_logged_and_an_empty_log_says_so(
    qtbot: QtBot, open_window: Open, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    window = open_window()
    assert find(window, QPlainTextEdit, "log_text").placeholderText() == "Nothing logged yet."
    wait_for_data(qtbot, window, "hourly.csv")
    window.open_data(tmp_path / "missing.csv")
    wait_until_idle(qtbot, window)
    click(window, "run_validation")
    send(window, Failed(FailureKind.MEMORY, "Memory ran out.", "Take less."))
    click(window, "stop")
    wait_until_idle(qtbot, window)
    said = [
        ("Opened", "hourly.csv: "),
        ("error", "missing.csv"),
        ("Validate started with", "TORCH_COMPILED=1"),
        ("Validate failed after", " s"),
        ("Memory ran out. Take less.", ""),
        ("Validate was stopped after", " s"),
    ]

    def all_logged() -> bool:
        return all(
            any(start in line and end in line for line in window.log.lines) for start, end in said
        )

    qtbot.waitUntil(all_logged)


def test_that_a_flood_of_lines_is_survived(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    trigger(window, "dock_log")
    for number in range(30_000):
        window.log.handle(Logged(logging.INFO, "torch", f"line {number}"))
    qtbot.waitUntil(lambda: bool(shown_log(window)) and "29999" in shown_log(window)[-1])
    assert len(window.log.lines) == len(shown_log(window)) == 10_000


def test_that_the_details_of_a_failure_are_folded(open_window: Open) -> None:
    window = open_window()
    failed = Failed(FailureKind.UNEXPECTED, "It went wrong.", "Try again.", "Traceback: here")
    window.show_failure(failed)
    details = find(window, QPlainTextEdit, "failure_details")
    assert find(window, QLabel, "failure_sentence").text() == "It went wrong."
    assert not details.isVisible()
    click(window, "failure_fold")
    assert details.isVisible()
    click(window, "failure_copy")
    assert "Traceback: here" in QApplication.clipboard().text()
    window.show_failure(Failed(FailureKind.INPUT, "Bad input."))
    assert not details.isVisible()
    assert not find(window, QWidget, "failure_fold").isVisible()


def test_that_progress_says_how_long_it_will_take(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    window.progress.begin(Work.RUN, "Starting")
    for clock, done in ((100.0, 0), (110.0, 20)):
        monkeypatch.setattr("gui.window.progress_strip.monotonic", lambda clock=clock: clock)
        window.progress.handle(Progress("Forecasting", done, 100))
    assert find(window, QLabel, "time_left").text() == "about 40 s remaining"
    assert find(window, QProgressBar, "progress").value() == 200
    window.progress.handle(Finished())
    assert not find(window, QProgressBar, "progress").isVisible()
    assert find(window, QLabel, "stage").text() == "Done"


def test_that_progress_says_how_long_it_has_lasted_where_no_end_can_be_guessed(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    left = find(window, QLabel, "time_left")
    monkeypatch.setattr("gui.window.progress_strip.monotonic", lambda: 100.0)
    window.progress.begin(Work.RUN, "Starting")
    window.progress.handle(Progress("Compiling, then forecasting", 0, 3))
    monkeypatch.setattr("gui.window.progress_strip.monotonic", lambda: 141.0)
    qtbot.waitUntil(lambda: left.text() == "41 s elapsed")
    # Once something is counted, the end is guessed instead.
    window.progress.handle(Progress("Compiling, then forecasting", 1, 3))
    assert left.text() == "about 1 min remaining"
    window.progress.handle(Finished())
    assert not left.text()


def test_that_a_window_in_safe_mode_neither_reads_nor_writes(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    remembered = State(preset="safest", guide=False)
    state.save(remembered)
    window = open_it(Start(safe=True))
    try:
        window.show()
        assert window.document.preset == "production_eager"
        window.document.choose_preset("fast_testing")
    finally:
        window.close()
    assert state.load() == remembered


def test_that_the_focus_waits_for_the_data_in_a_window_that_is_not_active_yet(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    wait_until_idle(qtbot, window)
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: not window.isActiveWindow())
    find(window, QWidget, "run_forecast").setFocus()
    window.open_data(samples()[0])
    wait_until_idle(qtbot, window)
    assert window.focusWidget() is find(window, QWidget, "run_forecast")


def test_that_whoever_compiles_in_any_case_says_so(open_window: Open) -> None:
    window = open_window()
    assert "whatever Compile" in find(window, QWidget, "compare").toolTip()
    assert "whatever Compile" in find(window, QWidget, "run_validation").toolTip()
    assert "when compiled" in find(window, QWidget, "run_benchmark").toolTip()
    assert "every program" in find(window, QWidget, "edit_enabled").accessibleDescription()


def test_that_the_steps_of_the_guide_can_be_taken_there(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    wait_until_idle(qtbot, window)
    submitted: list[Job] = []
    monkeypatch.setattr(window.engine, "submit", submitted.append)
    for step in ("forecast", "validation", "benchmark"):
        click(window, f"guide_{step}")
        assert find(window, QWidget, f"run_{step}").hasFocus()
    assert [type(job) for job in submitted] == [Forecast, Validate, Benchmark]
    monkeypatch.setattr("gui.data.page.ask_open", lambda *_about: samples()[1])
    click(window, "guide_open")
    assert not find(window, QWidget, "guide_forecast").isEnabled()  # while it reads
    wait_until_idle(qtbot, window)
    assert find(window, QWidget, "guide_forecast").isEnabled()
    assert window.source.file is not None
    assert window.source.file.path == samples()[1]


def test_that_a_message_does_not_wipe_the_progress_of_a_run(
    qtbot: QtBot, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.window.progress_strip.MESSAGE_TIME", 200)
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    stage, bar = find(window, QLabel, "stage"), find(window, QProgressBar, "progress")
    progress = window.findChild(ProgressStrip)
    assert progress is not None
    progress.begin(Work.RUN, "Starting")
    progress.handle(Progress("Compiling", 3, 10))
    window.open_data(samples()[-1])
    qtbot.waitUntil(lambda: not window.source.busy)
    assert stage.text().startswith("Read ")
    assert (bar.isVisible(), bar.value()) == (True, 300)
    qtbot.waitUntil(lambda: stage.text() == "Compiling")
    # What is refused has a message of its own, and the run has not failed.
    window.open_data(tmp_path / "no.csv")
    qtbot.waitUntil(find(window, QWidget, "banner").isVisible)
    assert (stage.text(), bar.isVisible(), bar.value()) == ("Compiling", True, 300)
    window.announce("Wrote a.env")
    progress.handle(Progress("Compiling", 4, 10))
    assert (stage.text(), bar.value()) == ("Wrote a.env", 400)
    progress.handle(Finished())
    assert (stage.text(), bar.isVisible()) == ("Done", False)
    # Nor does a run that ends leave its bar to a file that is still read.
    progress.begin(Work.READING, "Reading a.csv")
    progress.begin(Work.RUN, "Starting")
    progress.handle(Progress("Compiling", 3, 10))
    progress.handle(Finished())
    assert (stage.text(), bar.maximum()) == ("Done", 0)
    qtbot.waitUntil(lambda: stage.text() == "Reading a.csv")


def test_that_escape_closes_the_message_first_and_then_stops_the_run(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    banner = find(window, QWidget, "banner")
    click(window, "run_forecast")
    window.show_failure(Failed(FailureKind.INPUT, "The file is no CSV."))
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not banner.isVisible()
    assert window.engine.busy
    assert find(window, QPushButton, "stop").text() == "Stop"
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert find(window, QPushButton, "stop").text() == "Stopping…"
    wait_until_idle(qtbot, window, timeout=10_000)
    # A message can be closed by the key without a run as well.
    window.show_failure(Failed(FailureKind.INPUT, "The file is no CSV."))
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not banner.isVisible()


def test_that_the_focus_never_goes_behind_another_panel(open_window: Open) -> None:
    window = open_window()
    panels = {name: window.docks[name].widget() for name in ("settings", "series", "env_file")}
    for front in ("series", "env_file", "settings"):
        trigger(window, f"dock_{front}")
        QApplication.processEvents()
        assert [name for name, panel in panels.items() if panel.isEnabled()] == [front]
