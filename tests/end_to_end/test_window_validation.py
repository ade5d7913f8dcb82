"""Validation in the window: the matrix fills, is filtered, and opens into cases."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QTableView, QWidget
from pytestqt.qtbot import QtBot

from engine.results.judgement import Status
from gui.charts.plots import Curve
from gui.window.main_window import MainWindow
from tests.support.driving import (
    LEFT,
    click,
    find,
    trigger,
    validation_page,
    wait_for_data,
    wait_until_idle,
)
from tests.support.making import CAPTURED

Open = Callable[..., MainWindow]


def text_of(window: MainWindow, name: str) -> str:
    return find(window, QLabel, name).text()


@pytest.mark.slow
def test_that_a_validation_fills_the_matrix_and_opens_into_cases(
    qtbot: QtBot, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    cache = os.environ["TORCHINDUCTOR_CACHE_DIR"]
    window.document.restore(CAPTURED.replace(cache_dir=cache), "fast_testing")
    click(window, "run_validation")
    table = find(window, QTableView, "validation_table")
    model = table.model()

    # It fills live, and what is there can be looked at meanwhile.
    qtbot.waitUntil(lambda: model.rowCount() >= 2, timeout=120_000)
    assert window.engine.busy
    place = table.visualRect(model.index(1, 1)).center()
    QTest.mouseClick(table.viewport(), LEFT, pos=place)
    assert text_of(window, "case_name").lower() == model.index(1, 1).data()
    wait_until_idle(qtbot, window, timeout=400_000)

    report = validation_page(window).view.report
    assert report is not None
    assert model.rowCount() == len(report.results)
    assert text_of(window, "validation_verdict") == report.verdict
    expected = {Status.PASS: "SAFE", Status.WARN: "WARNINGS", Status.FAIL: "NOT SAFE"}
    assert expected.get(report.status, "not") in text_of(window, "validation_badge")

    # The case's chart shows the forecasts that were compared.
    shown = next(row for row in report.results if row.check == "spike")
    for place_ in range(model.rowCount()):
        if model.index(place_, 1).data() == "spike":
            table.selectRow(place_)
    assert text_of(window, "case_sentence") == shown.sentence
    assert shown.compared is not None
    _x, drawn = validation_page(window).view.chart.drawn(Curve.EAGER)
    assert any(
        len(drawn) == item.values.shape[1] and (drawn == item.values[target, :, level]).all()
        for item in shown.compared.eager.items
        for target in range(item.values.shape[0])
        for level in range(item.values.shape[2])
    )

    # Only what did not pass.
    find(window, QCheckBox, "only_trouble").click()
    # What was not asked for, such as a holdout, is no trouble.
    fine = (Status.PASS, Status.NOTED)
    troubled = [row for row in report.results if row.status not in fine and not row.excused]
    assert model.rowCount() == len(troubled)
    find(window, QCheckBox, "only_trouble").click()

    # One case once more, and what was found is taken away.
    click(window, "replay")
    wait_until_idle(qtbot, window, timeout=120_000)
    assert text_of(window, "stage") == "Done"
    assert validation_page(window).view.report is report
    for name, button, ending in (("html", "export_report", "html"), ("case", "save_case", "json")):
        path = tmp_path / f"{name}.{ending}"
        monkeypatch.setattr("gui.runs.report_export.ask_save", lambda *_about, path=path: path)
        click(window, button)
        qtbot.waitUntil(path.exists, timeout=20_000)
    assert "spike" in (tmp_path / "html.html").read_text()
    assert json.loads((tmp_path / "case.json").read_text())["check"] == "spike"
    assert not find(window, QWidget, "banner").isVisible()


def test_that_the_empty_view_says_what_to_expect_and_starts_it(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    cache = os.environ["TORCHINDUCTOR_CACHE_DIR"]
    window.document.restore(CAPTURED.replace(cache_dir=cache), "fast_testing")
    trigger(window, "tab_validation")
    assert find(window, QWidget, "validation_empty").isVisible()
    click(window, "validation_empty_start")
    assert window.engine.busy
    assert find(window, QTableView, "validation_table").isVisible()
    click(window, "stop")
    wait_until_idle(qtbot, window, timeout=10_000)
    assert "You stopped the validation before its end" in text_of(window, "validation_verdict")
