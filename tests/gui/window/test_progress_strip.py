"""The progress of runs and of reading, and messages meanwhile."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget
from pytestqt.qtbot import QtBot

from engine.data.samples import samples
from engine.runtime.events import Finished, Progress
from gui.window.main_window import MainWindow
from gui.window.progress_strip import ProgressStrip, Work
from tests.support.driving import find, wait_for_data

Open = Callable[..., MainWindow]


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
