"""The Data page: findings, columns and their roles, and the preview."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QTabBar, QTableView, QWidget
from pytestqt.qtbot import QtBot

from engine.data import Role
from engine.data.samples import samples
from gui.window.main_window import MainWindow
from tests.support.driving import click, find, trigger, wait_for_data, wait_until_idle

Open = Callable[..., MainWindow]


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def days(*columns: str, count: int = 28) -> str:
    """A table with a date and counting columns."""
    rows = (
        ",".join([f"2024-01-{day:02}", *(str(day * place) for place in range(1, len(columns) + 1))])
        for day in range(1, count + 1)
    )
    return "\n".join([",".join(["when", *columns]), *rows]) + "\n"


def test_that_what_was_odd_about_a_file_is_told(qtbot: QtBot, open_window: Open) -> None:
    messy = next(path for path in samples() if path.stem == "messy")
    window = open_window(messy)
    wait_for_data(qtbot, window, messy.name)
    trigger(window, "tab_data")
    QApplication.processEvents()
    view = find(window, QWidget, "data_page")
    told = [label.text() for label in view.findChildren(QLabel, "finding_text")]
    assert window.source.file is not None
    assert len(told) == len(window.source.file.series.findings) > 0
    assert "long layout" in find(window, QLabel, "data_summary").text()
    assert "daily" in find(window, QLabel, "data_summary").text()


def test_that_the_window_points_to_the_warnings_about_a_file(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    rows = "2024-01-28,7\n2024-01-27,oops\n"
    window = open_window(write(tmp_path / "odd.csv", days("load") + rows))
    wait_for_data(qtbot, window, "odd.csv")
    stage, tabs = find(window, QLabel, "stage"), find(window, QTabBar, "tab_bar")
    assert "odd.csv: 2 warnings" in stage.text()
    assert tabs.tabText(tabs.count() - 1) == "Data (2)"
    window.open_data(samples()[0])
    wait_for_data(qtbot, window, samples()[0].name)
    assert "warning" not in stage.text()
    assert tabs.tabText(tabs.count() - 1) == "Data"


def test_that_findings_about_a_file_stand_together_and_take_no_more_room_than_they_need(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    window = open_window(write(tmp_path / "odd.csv", days("load") + "2024-01-28,7\n"))
    wait_for_data(qtbot, window, "odd.csv")
    trigger(window, "tab_data")
    QApplication.processEvents()
    view = find(window, QWidget, "data_page")
    text = find(view, QLabel, "finding_text")
    # In a higher label the words would stand in the middle, away from their sign.
    assert text.height() <= text.heightForWidth(text.width()) + 2
    table = find(view, QTableView, "column_roles")
    gap = table.mapTo(view, QPoint()).y() - text.mapTo(view, text.rect().bottomLeft()).y()
    assert gap < 30


def test_that_the_longest_role_is_legible_in_its_list(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    window = open_window(write(tmp_path / "mine.csv", days("load", "warmth")))
    wait_for_data(qtbot, window, "mine.csv")
    trigger(window, "tab_data")
    QApplication.processEvents()
    table = find(window, QTableView, "column_roles")
    table.edit(table.model().index(0, 1))
    box = find(table, QComboBox, "role_choice")
    longest = max(box.fontMetrics().horizontalAdvance(role) for role in Role)
    assert longest < box.width() - 26


@pytest.mark.parametrize(
    ("role", "words"),
    [("past covariate", "numeric columns as targets and covariates"), ("left out", "id column")],
)
def test_that_a_refused_role_is_told_with_what_stays(
    role: str, words: str, qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    # Without an id column, most rows repeat a timestamp.
    rows = [f"shop {n % 8},2024-01-{1 + n // 8:02},{n}" for n in range(160)]
    text = "\n".join(["what,when,load", *rows]) + "\n"
    window = open_window(write(tmp_path / "mine.csv", text))
    wait_for_data(qtbot, window, "mine.csv")
    trigger(window, "tab_data")
    table = find(window, QTableView, "column_roles")
    model = table.model()
    assert model.index(0, 1).data() == "id"
    model.setData(model.index(0, 1), role)
    qtbot.waitUntil(lambda: find(window, QWidget, "banner").isVisible())
    remedy = find(window, QLabel, "failure_remedy").text()
    assert words in remedy
    assert "id_column" not in remedy
    assert "mine.csv stays open with the roles that it had." in remedy
    assert model.index(0, 1).data() == "id"


def test_that_the_role_of_a_column_can_be_changed_and_is_remembered(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    path = write(tmp_path / "mine.csv", days("load", "warmth"))
    window = open_window(path)
    wait_for_data(qtbot, window, "mine.csv")
    trigger(window, "tab_data")
    table = find(window, QTableView, "column_roles")
    model = table.model()
    rows = {model.index(row, 0).data(): row for row in range(model.rowCount())}
    place = table.visualRect(model.index(rows["warmth"], 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    box = table.findChild(QComboBox, "role_choice")
    assert box is not None
    box.setCurrentText("past covariate")
    box.activated.emit(box.currentIndex())
    wait_until_idle(qtbot, window)

    def changed() -> bool:
        file = window.source.file
        return file is not None and file.series.past_covariate_names == ("warmth",)

    qtbot.waitUntil(changed)
    window.close()
    again = open_window()
    wait_for_data(qtbot, again, "mine.csv")
    assert again.source.file is not None
    assert again.source.file.series.past_covariate_names == ("warmth",)


def test_that_a_column_that_is_left_out_stays_left_out(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    text = "\n".join(["what,when,load", *(f"shop,2024-01-{n:02},{n}" for n in range(1, 29))])
    window = open_window(write(tmp_path / "mine.csv", text + "\n"))
    wait_for_data(qtbot, window, "mine.csv")
    trigger(window, "tab_data")
    model = find(window, QTableView, "column_roles").model()
    assert model.index(0, 1).data() == "id"
    for role in ("left out", "id", "left out"):
        model.setData(model.index(0, 1), role)
        wait_until_idle(qtbot, window)
        assert model.index(0, 1).data() == role
    # Nor does it come back with the next change.
    model.setData(model.index(2, 1), "target")
    wait_until_idle(qtbot, window)
    assert model.index(0, 1).data() == "left out"
    assert window.source.file is not None
    assert window.source.file.series.series[0].item_id != "shop"
    click(window, "infer_roles")
    wait_until_idle(qtbot, window)
    assert model.index(0, 1).data() == "id"
    assert not find(window, QWidget, "infer_roles").isVisible()


def test_that_a_series_of_a_wide_file_can_be_left_out_and_taken_back(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    window = open_window(write(tmp_path / "mine.csv", days("heat", "oil", "gas")))
    wait_for_data(qtbot, window, "mine.csv")
    trigger(window, "tab_data")
    model = find(window, QTableView, "column_roles").model()
    for role, names in (("left out", ["heat", "gas"]), ("target", ["heat", "oil", "gas"])):
        model.setData(model.index(2, 1), role)
        wait_until_idle(qtbot, window)
        assert window.source.file is not None
        assert [one.item_id for one in window.source.file.series.series] == names
    # With a covariate there is one item.
    model.setData(model.index(1, 1), "past covariate")
    wait_until_idle(qtbot, window)
    assert window.source.file is not None
    assert window.source.file.series.past_covariate_names == ("heat",)


def test_that_of_a_very_wide_file_the_first_columns_are_previewed(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    data = tmp_path / "wide.csv"
    names = ["when", *(f"shop {number}" for number in range(5000))]
    rows = [f"2024-01-{day:02}," + ",".join(["7"] * 5000) for day in range(1, 29)]
    data.write_text("\n".join([",".join(names), *rows]) + "\n")
    window = open_window(data)
    wait_for_data(qtbot, window, "wide.csv")
    preview = find(window, QTableView, "data_preview").model()
    assert preview.columnCount() == 201
    assert preview.headerData(200, Qt.Orientation.Horizontal) == "4,801 more"
    assert find(window, QTableView, "column_roles").model().rowCount() == 5001
    assert window.source.file is not None
    assert len(window.source.file.series) == 5000
