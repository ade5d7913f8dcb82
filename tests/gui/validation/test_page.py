"""The Validation page, with the events of checks whose results are known."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot

from engine.results.judgement import Status
from engine.runtime.events import Event, Failed, FailureKind, Finished
from engine.validation.case import Case, Group
from engine.validation.events import CheckEnded, Validated
from engine.validation.job import Replay
from engine.validation.report import CheckResult, Report
from engine.validation.verdict import overall
from gui.window.main_window import MainWindow
from tests.support.driving import (
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
    validation_page,
)
from tests.support.making import CAPTURED, series_set
from tests.support.making_runs import MODEL
from tests.support.surroundings import CPU_MACHINE

Open = Callable[..., MainWindow]


def row(
    check: str, status: Status, sentence: str = "Something was found.", figure: float = 0.27
) -> CheckResult:
    return CheckResult(check, Group.DATA, status, sentence, figure, 0.0001)


ROWS = (
    row("spike", Status.PASS),
    row("small values in your data", Status.WARN, "They are small."),
    row("gaps", Status.PASS),
    row("speed", Status.NOTED),
)


def show(window: MainWindow, rows: tuple[CheckResult, ...]) -> None:
    """Has the window take part in a validation with these checks."""
    window.show_guide(False)
    start_job(window, validation_page(window).make_job(choices_with_data(window)))
    tell(window, rows)


def tell(window: MainWindow, rows: tuple[CheckResult, ...]) -> None:
    """Says what a validation with these checks says."""
    status, verdict = overall(rows, CAPTURED)
    report = Report(status, verdict, rows, CAPTURED, CPU_MACHINE, MODEL, None, None, 1.0)
    said: list[Event] = [*map(CheckEnded, rows), Validated(report), Finished()]
    send(window, *said)
    finish(window)


def replay(window: MainWindow) -> None:
    """Starts the replay of the check that is shown."""
    case = Case("spike", Group.STRESS, series_set([np.arange(48.0)]))
    start_job(window, Replay(config=CAPTURED, case=case))


def text_of(window: MainWindow, name: str) -> str:
    return find(window, QLabel, name).text()


def colours(image: QImage) -> set[str]:
    """All colours of a picture."""
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


def test_that_the_check_that_the_verdict_names_is_shown_and_counted(open_window: Open) -> None:
    window = open_window()
    show(window, ROWS)
    assert "1 of 3 checks warned. Small values" in text_of(window, "validation_verdict")
    counts = text_of(window, "validation_counts")
    assert counts == "3 checks: 1 warn, 2 pass; 1 noted"
    table = find(window, QTableView, "validation_table")
    assert table.currentIndex().row() == 1
    assert text_of(window, "case_name") == "Small values in your data"


def test_that_a_verdict_on_something_else_than_is_chosen_now_is_marked(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_without_engine(qtbot, open_window, monkeypatch)
    choose(window, "edit_dtype", "bfloat16")
    click(window, "holdout")
    click(window, "run_validation")
    tell(window, ROWS[:1])
    assert text_of(window, "validation_badge") == "✓ SAFE"
    assert text_of(window, "validation_provenance") == (
        "hourly.csv  ·  horizon 24  ·  held out  ·  demo  ·  "
        "production compiled, except data type bfloat16"
    )
    click(window, "compare")
    assert text_of(window, "validation_badge") == "✓ SAFE"
    click(window, "holdout")
    assert text_of(window, "validation_badge") == "OUTDATED: other settings"
    click(window, "holdout")
    assert text_of(window, "validation_badge") == "✓ SAFE"


def test_that_a_validation_that_comes_to_nothing_costs_not_the_last_one(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_without_engine(qtbot, open_window, monkeypatch)
    again = find(window, QPushButton, "last_validation")
    click(window, "run_validation")
    tell(window, ROWS)
    verdict, made_with = (
        text_of(window, f"validation_{name}") for name in ("verdict", "provenance")
    )
    assert not again.isVisible()
    retype(window, "horizon", "12\r")
    click(window, "run_validation")
    send(window, CheckEnded(ROWS[0]))
    send(window, Failed(FailureKind.WORKER_DIED, "The worker was killed."))
    finish(window)
    # What there is of it can be looked at, and so can the one before.
    table = find(window, QTableView, "validation_table")
    assert table.model().rowCount() == 1
    assert "before its end" in text_of(window, "validation_verdict")
    click(window, "last_validation")
    assert table.model().rowCount() == len(ROWS)
    assert text_of(window, "validation_verdict") == verdict
    renew = "Outdated: settings changed. Press Validate to update.  "
    assert text_of(window, "validation_provenance") == renew + made_with
    assert text_of(window, "validation_badge") == "OUTDATED: other settings"
    assert not again.isVisible()
    assert find(window, QPushButton, "export_report").isEnabled()


@pytest.mark.parametrize(
    ("again", "said"),
    [
        (row("small values in your data", Status.WARN, "They are."), "same result. They"),
        (
            row("small values in your data", Status.PASS, "Gone."),
            "pass this time, warn before.",
        ),
        (
            row("small values in your data", Status.WARN, figure=0.28),
            "warn again. Before: 0.27 / 0.0001. Some",
        ),
    ],
)
def test_that_a_replay_says_whether_it_came_to_the_same(
    open_window: Open, again: CheckResult, said: str
) -> None:
    window = open_window()
    show(window, ROWS)
    # A filter must not take the row away that was replayed.
    click(window, "only_trouble")
    table = find(window, QTableView, "validation_table")
    before = [text_of(window, f"validation_{name}") for name in ("badge", "verdict", "counts")]
    replay(window)
    tell(window, (again, row("compiled code ran", Status.PASS)))
    told = text_of(window, "case_sentence")
    assert told.startswith("Replayed at ")
    assert said in told
    # Once more: it is still compared with the validation.
    replay(window)
    tell(window, (again, row("compiled code ran", Status.PASS)))
    assert said in text_of(window, "case_sentence")
    # Of the whole, nothing has changed.
    after = [text_of(window, f"validation_{name}") for name in ("badge", "verdict", "counts")]
    assert after == before
    assert table.model().rowCount() == 1
    click(window, "only_trouble")
    assert table.model().rowCount() == len(ROWS)
    table.selectRow(0)
    assert text_of(window, "case_sentence") == "Something was found."


def test_that_a_replay_without_compiled_code_is_no_agreement(open_window: Open) -> None:
    window = open_window()
    show(window, ROWS)
    replay(window)
    tell(window, (ROWS[1], row("compiled code ran", Status.FAIL, "It fell back to eager.")))
    assert "Compiled code ran: It fell back to eager." in text_of(window, "case_sentence")


def test_that_what_is_said_stands_below_its_heading(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    show(window, ROWS)
    heading, sentence = (find(window, QWidget, f"case_{name}") for name in ("name", "sentence"))
    qtbot.waitUntil(sentence.isVisible)
    gap = sentence.mapTo(window, sentence.rect().topLeft()).y() - (
        heading.mapTo(window, heading.rect().bottomLeft()).y()
    )
    assert 0 <= gap < 20


def test_that_the_check_that_is_shown_can_be_seen_in_the_table(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    many = tuple(row(f"check {number}", Status.PASS) for number in range(30))
    show(window, (*many, row("the last", Status.FAIL)))
    table = find(window, QTableView, "validation_table")
    qtbot.waitUntil(
        lambda: table.viewport().rect().contains(table.visualRect(table.currentIndex()))
    )
    assert table.currentIndex().row() == len(many)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_that_a_selected_status_keeps_its_colour(open_window: Open, theme: str) -> None:
    window = open_window()
    trigger(window, f"theme_{theme}")
    show(window, ROWS)
    QApplication.processEvents()
    table = find(window, QTableView, "validation_table")
    cell = table.visualRect(table.model().index(1, 0))
    drawn = colours(table.viewport().grab(cell).toImage())
    assert table.selectionModel().isRowSelected(1)
    assert window.theme.colours.warned in drawn
    trigger(window, "theme_light")
