"""Runs: a job of what is chosen, and its events to the page of its kind and to no other."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QTabBar, QToolButton
from pytestqt.qtbot import QtBot

from engine import kinds
from engine.kinds import Kind
from engine.runtime.events import Event, Failed, Finished, Progress
from engine.runtime.job import Job
from gui.runs.choices import Choices
from gui.runs.page import RunPage
from gui.widgets.action_button import ActionButton
from gui.window.main_window import MainWindow
from tests.support.driving import (
    action,
    choices_with_data,
    click,
    find,
    finish,
    open_without_engine,
    send,
    start_job,
    trigger,
    validation_page,
    wait_for_data,
)

Open = Callable[..., MainWindow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tune(Job):
    """A job of a kind that the window does not know."""

    horizon: int


Tune.__module__ = "engine.tune.job"


class TunePage(RunPage):
    """The page of that kind; it takes note of all that happens."""

    label = "&Tune"
    shortcut = "F8"
    explanation = "Find the fastest settings"

    def build(self) -> None:
        """Fill the page."""
        self.events: list[Event | str] = []
        self.content.addWidget(QLabel("tuned"))

    def make_job(self, choices: Choices) -> Tune:
        """Make a job."""
        return Tune(horizon=choices.options.horizon)

    def begin(self, job: Job) -> None:
        """Take note of the beginning."""
        self.events.append("begin")

    def handle(self, event: Event) -> None:
        """Take note of an event."""
        self.events.append(event)

    def end(self) -> None:
        """Take note of the end."""
        self.events.append("end")


@pytest.fixture
def tune(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind more, as two folders and a line would add it."""
    module = ModuleType("gui.tune.page")
    module.Page = TunePage  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "gui.tune", ModuleType("gui.tune"))
    monkeypatch.setitem(sys.modules, "gui.tune.page", module)
    monkeypatch.setattr(kinds, "KINDS", (*kinds.KINDS, Kind("tune", page="Tune")))


@pytest.mark.usefixtures("tune")
def test_that_a_kind_more_has_its_tab_button_menu_entry_and_shortcut(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_without_engine(qtbot, open_window, monkeypatch)
    page = find(window, TunePage, "tune_page")
    tabs = find(window, QTabBar, "tab_bar")
    titles = [tabs.tabText(index) for index in range(tabs.count())]
    assert titles == ["Forecast", "Validation", "Benchmark", "Tune", "History", "Data"]
    assert action(window, "tune").shortcut().toString() == "F8"
    assert action(window, "tab_tune").shortcut().toString() == "Ctrl+4"
    assert find(window, ActionButton, "run_tune").toolTip() == "Find the fastest settings (F8)"
    click(window, "run_tune")
    assert window.pages.front is page
    event = Progress("Tuning", 1, 3)
    send(window, event)
    finish(window)
    assert page.events == ["begin", event, "end"]
    assert find(window, QLabel, "stage").text() == "Tuning"


@pytest.mark.usefixtures("tune")
def test_that_events_reach_the_page_of_their_kind_only(open_window: Open) -> None:
    window = open_window()
    page = find(window, TunePage, "tune_page")
    start_job(window, validation_page(window).make_job(choices_with_data(window)))
    send(window, Progress("Validating"), Finished())
    finish(window)
    assert page.events == []


def test_that_one_action_enables_its_button_its_menu_entry_and_its_step(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    shown: list[QAction | ActionButton] = [
        action(window, "validation"),
        *(find(window, ActionButton, name) for name in ("run_validation", "guide_validation")),
        find(window, ActionButton, "validation_empty_start"),
    ]
    assert all(one.isEnabled() for one in shown)
    monkeypatch.setattr(type(window.engine), "busy", property(lambda _engine: True))
    window.runs.refresh()
    assert not any(one.isEnabled() for one in shown)
    assert action(window, "stop").isEnabled()
    monkeypatch.undo()
    window.runs.refresh()
    assert all(one.isEnabled() for one in shown)


def test_that_a_run_without_data_is_refused_with_a_remedy(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    monkeypatch.setattr(window.source, "file", None)
    refused: list[Failed] = []
    window.runs.refused.connect(refused.append)
    trigger(window, "benchmark")
    assert refused[0].sentence == "There are no series to forecast."
    assert refused[0].remedy == "Open a CSV file first."
    find(window, QToolButton, "failure_close").click()
