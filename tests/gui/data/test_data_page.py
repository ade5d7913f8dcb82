"""Data in the window: opening it in every way, its columns, its findings, and many series."""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QSpinBox,
    QTabBar,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.data import Role
from engine.data.samples import samples
from engine.data.series import Series, SeriesSet
from gui.charts.plots import Curve
from gui.window.main_window import MainWindow
from tests.support.driving import (
    chart_of,
    choose,
    click,
    drop,
    find,
    plot_of,
    retype,
    trigger,
    wait_for_data,
    wait_until_idle,
)
from tests.support.making import series_set

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


def sentence(window: MainWindow) -> str:
    return find(window, QLabel, "failure_sentence").text()


@pytest.mark.parametrize("way", ["argument", "dialog", "drop", "sample", "recent"])
def test_that_a_file_opens_in_every_way(
    qtbot: QtBot, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    path = write(tmp_path / "sales.csv", days("apples", "pears"))
    if way == "argument":
        window = open_window(path)
    else:
        window = open_window()
        wait_for_data(qtbot, window, "hourly.csv")
    match way:
        case "dialog":
            monkeypatch.setattr("gui.data.page.ask_open", lambda *_about: path)
            click(window, "open_data")
        case "drop":
            drop(window, path)
        case "sample":
            path = samples()[-1]
            trigger(window, f"sample_{path.stem}")
        case "recent":
            window.open_data(path)
            wait_for_data(qtbot, window, path.name)
            window.open_data(samples()[0])
            wait_for_data(qtbot, window, "hourly.csv")
            window.menus.recent.actions()[1].trigger()
    wait_for_data(qtbot, window, path.name)
    assert path.name in window.windowTitle()
    assert window.source.file is not None
    first = window.source.file.series.series[0]
    assert find(window, QLabel, "series_name").text() == first.item_id
    assert window.menus.recent.actions()[0].text() == str(path)


def test_that_settings_can_be_dropped_too(open_window: Open, tmp_path: Path) -> None:
    window = open_window()
    drop(window, write(tmp_path / "chronos.env", "CHRONOS_DTYPE=bfloat16\n"))
    assert window.document.config.dtype == "bfloat16"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", "", "empty"),
        ("image.csv", "\x89PNG\r\n\x1a\n\0\0\0", "image.csv"),
        ("words.csv", "a,b\nc,d\n", "words.csv"),
    ],
)
def test_that_a_bad_file_is_a_sentence_and_the_last_data_stay(
    qtbot: QtBot, open_window: Open, tmp_path: Path, name: str, content: str, words: str
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    drop(window, write(tmp_path / name, content))
    qtbot.waitUntil(lambda: find(window, QWidget, "banner").isVisible())
    assert words in sentence(window)
    assert "Traceback" not in sentence(window)
    assert "hourly.csv stays open." in find(window, QLabel, "failure_remedy").text()
    assert find(window, QLabel, "series_name").text() == "north"
    assert find(window, QPushButton, "run_forecast").isEnabled()
    _x, drawn = plot_of(window).drawn(Curve.HISTORY)
    assert len(drawn) > 0
    click(window, "failure_close")
    assert not find(window, QWidget, "banner").isVisible()


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
    [("past covariate", "covariates that are numbers"), ("left out", "id column")],
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


def test_that_reading_a_large_file_can_be_stopped(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    large = tmp_path / "large.csv"
    with large.open("w") as file:
        file.write("id,when,value\n")
        for item in range(400):
            day = "".join(f"{item},2024-01-01 {h:02}:00,{h}\n" for h in range(24))
            file.write(day * 60)
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    window.open_data(large)
    assert find(window, QPushButton, "stop").isEnabled()
    click(window, "stop")
    wait_until_idle(qtbot, window)
    assert find(window, QLabel, "stage").text() == "Stopped reading"
    assert window.source.file is not None
    assert window.source.file.path.name == "hourly.csv"
    assert find(window, QPushButton, "run_forecast").isEnabled()


def test_that_a_hundred_thousand_series_are_searched_and_scrolled_quickly(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    values = np.random.default_rng(0).normal(size=(100_000, 1, 16))
    items = tuple(Series(f"item {place:06}", row) for place, row in enumerate(values))
    trigger(window, "dock_series")
    steps: list[tuple[str, Callable[[], object]]] = []
    series_list = window.series_list
    steps.append(("list", lambda: series_list.show_set(SeriesSet(items, ("value",)))))
    search = find(window, QLineEdit, "series_search")
    steps.append(("search", lambda: QTest.keyClicks(search, "99")))
    view = find(window, QListView, "series_view")
    steps.append(("scroll", view.scrollToBottom))
    for name, step in steps:
        started = perf_counter()
        step()
        QApplication.processEvents()
        # Far above what it takes, and far below what anyone would wait for.
        assert perf_counter() - started < 2, name
    shown = find(window, QLabel, "series_count").text()
    expected = sum("99" in item.item_id for item in items)
    assert shown == f"{expected:,} of 100,000 series"


def test_that_a_search_finds_and_a_click_shows_a_series(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    trigger(window, "dock_series")
    retype(window, "series_search", "CAM")
    view = find(window, QListView, "series_view")
    assert view.model().rowCount() == 1
    place = view.visualRect(view.model().index(0, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert find(window, QLabel, "series_name").text() == "campus"


def test_that_dragging_on_the_chart_sets_context_and_horizon(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    plot = plot_of(window)
    chart_of(window).fit()
    QApplication.processEvents()
    x, _values = plot.drawn(Curve.HISTORY)
    step = x[1] - x[0]

    def drag(position: float, to: float) -> None:
        viewport = plot.canvas.viewport()
        middle, left = viewport.height() // 3, Qt.MouseButton.LeftButton
        here, there = (
            plot.canvas.mapFromScene(plot.main.vb.mapViewToScene(QPointF(place, 0))).x()
            for place in (position, to)
        )
        QTest.mousePress(viewport, left, pos=QPoint(here, middle))
        for share in (0.3, 0.6, 1.0):
            QTest.mouseMove(viewport, QPoint(round(here + share * (there - here)), middle))
            QTest.qWait(30)
        QTest.mouseRelease(viewport, left, pos=QPoint(there, middle))
        QApplication.processEvents()

    drag(x[-1] + 24 * step, x[-1] + 12 * step)
    horizon = find(window, QSpinBox, "horizon").value()
    assert abs(horizon - 12) <= 1
    find(window, QSpinBox, "context_length").setValue(48)
    drag(x[-48], x[-24])
    context = find(window, QSpinBox, "context_length").value()
    assert abs(context - 24) <= 1
    assert window.keeper.state.options.horizon == horizon
    assert window.keeper.state.options.context_length == context


def test_that_the_holdout_splits_the_series(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    plot = plot_of(window)
    whole = len(plot.drawn(Curve.HISTORY)[0])
    assert len(plot.drawn(Curve.ACTUAL)[0]) == 0
    click(window, "holdout")
    assert len(plot.drawn(Curve.HISTORY)[0]) == whole - 24
    # One more, so that the lines meet.
    assert len(plot.drawn(Curve.ACTUAL)[0]) == 25
    click(window, "holdout")
    assert len(plot.drawn(Curve.HISTORY)[0]) == whole


def test_that_several_targets_of_an_item_can_be_chosen(qtbot: QtBot, open_window: Open) -> None:
    candles = next(path for path in samples() if path.stem == "ohlc_daily")
    window = open_window(candles)
    wait_for_data(qtbot, window, candles.name)
    file = window.source.file
    assert file is not None
    names = file.series.target_names
    assert len(names) > 1
    choose(window, "target", names[1])
    _x, drawn = plot_of(window).drawn(Curve.HISTORY)
    np.testing.assert_array_equal(drawn, file.series.series[0].targets[1])


def test_that_the_crosshair_tells_date_and_values(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    plot = plot_of(window)
    x, drawn = plot.drawn(Curve.HISTORY)
    told = plot.values_at(x[-1])
    assert "2025-" in told
    assert f"history {drawn[-1]:.6g}" in told


def test_that_a_series_of_nothing_but_gaps_can_be_shown(open_window: Open) -> None:
    window = open_window()
    gaps = np.full(40, np.nan)
    some = np.where(np.arange(40) % 7 < 3, np.nan, np.arange(40.0))
    chart_of(window).show_set(series_set([gaps, some]))
    chart_of(window).show_item(1)
    _x, drawn = plot_of(window).drawn(Curve.HISTORY)
    np.testing.assert_array_equal(drawn, some)


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
