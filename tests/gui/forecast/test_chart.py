"""The chart of a forecast: names, lines that are dragged, and what an export holds."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pyqtgraph import InfLineLabel
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QGraphicsTextItem,
    QLabel,
    QSpinBox,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from engine.data.samples import samples
from engine.runtime.events import FellBack
from gui.charts.plots import Curve
from gui.runs.run_options import LONGEST_HORIZON
from gui.window.main_window import MainWindow
from tests.support.driving import (
    chart_of,
    choose,
    click,
    find,
    plot_of,
    retype,
    send,
    wait_for_data,
)
from tests.support.driving_forecast import begin, drawn, forecast, point, ready

Open = Callable[..., MainWindow]


LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


def mouse(window: MainWindow, kind: QEvent.Type, at: QPoint, button: Qt.MouseButton = NONE) -> None:
    """What the mouse does on the chart while its left button is held."""
    viewport = plot_of(window).canvas.viewport()
    place, globally = QPointF(at), QPointF(viewport.mapToGlobal(at))
    held = NONE if kind == QEvent.Type.MouseButtonRelease else LEFT
    event = QMouseEvent(kind, place, globally, button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, event)
    QTest.qWait(30)


def labels(window: MainWindow) -> set[str]:
    """What stands on the lines of the chart."""
    return {
        item.toPlainText()
        for item in plot_of(window).main.scene().items()
        if isinstance(item, QGraphicsTextItem) and isinstance(item.parentItem(), InfLineLabel)
    }


def test_that_long_names_do_not_widen_the_window(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    data = tmp_path / "wide.csv"
    rows = (f"2024-01-{day:02},A shop with a long name,{day},{day}" for day in range(1, 29))
    data.write_text("\n".join(["when,item_id,Umsatz in Tausend,Absatz in Stück", *rows]) + "\n")
    window = open_window(data)
    wait_for_data(qtbot, window, "wide.csv")
    assert find(window, QComboBox, "target").isVisible()
    begin(window)
    send(window, FellBack("The compiler could not be found anywhere. " * 4))
    send(window, ready(window, compiled=False))
    window.announce("Wrote " + "a/long/path/" * 20)
    QApplication.processEvents()
    assert window.minimumSizeHint().width() <= window.width() == 1024
    for curve in ("history", "actual", "eager", "compiled"):
        button = find(window, QToolButton, f"legend_{curve}")
        assert button.sizeHint().width() <= button.width()
        assert button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly
    window.resize(1400, 700)
    QApplication.processEvents()
    button = find(window, QToolButton, "legend_compiled")
    assert button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    assert button.sizeHint().width() <= button.width()


def test_that_the_crosshair_leaves_with_the_mouse(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    left = []
    for _visit in range(2):
        point(window)
        assert drawn(window) not in left
        QApplication.sendEvent(plot_of(window).canvas, QEvent(QEvent.Type.Leave))
        left.append(drawn(window))
    assert left[0] == left[1]
    assert not find(window, QLabel, "pointed").text()


def test_that_the_line_of_the_horizon_says_what_it_marks(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    assert labels(window) == {"context", "horizon"}
    click(window, "holdout")
    assert labels(window) == {"context", "forecast from"}


def test_that_a_longer_horizon_is_brought_into_view(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    view = plot_of(window).main
    retype(window, "horizon", "200\r")
    seen = view.viewRange()[0][1]
    assert seen >= plot_of(window).handles[1].value()
    # What is in view already moves nothing.
    retype(window, "horizon", "100\r")
    assert view.viewRange()[0][1] == seen
    click(window, "holdout")
    retype(window, "horizon", "300\r")
    assert view.viewRange()[0][0] <= plot_of(window).handles[1].value()


@pytest.mark.parametrize(
    ("place", "option", "pixels"), [(0, "context_length", 40), (1, "horizon", -40)]
)
def test_that_a_line_that_is_dragged_says_where_it_is(
    qtbot: QtBot, open_window: Open, place: int, option: str, pixels: int
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    for name, text in (("horizon", "48"), ("context_length", "96")):
        retype(window, name, f"{text}\r")
    plot, box = plot_of(window), find(window, QSpinBox, option)
    before = box.value()
    middle = QPointF(plot.handles[place].value(), plot.main.vb.viewRect().center().y())
    start = plot.canvas.mapFromScene(plot.main.vb.mapViewToScene(middle))
    mouse(window, QEvent.Type.MouseButtonPress, start, LEFT)
    for step in range(1, 6):
        mouse(window, QEvent.Type.MouseMove, start + QPoint(pixels * step // 5, 0))
    said = find(window, QLabel, "pointed").text().split()
    assert said[0] == option.partition("_")[0]
    assert 1 < int(said[1]) < before
    # As long as it is held, nothing is chosen.
    assert box.value() == before
    mouse(window, QEvent.Type.MouseButtonRelease, start + QPoint(pixels, 0), LEFT)
    assert box.value() == int(said[1])


def test_that_of_prices_the_closing_one_is_shown(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    prices = tmp_path / "prices.csv"
    rows = (f"2024-01-{day:02},{day},{day + 2},{day - 1},{day + 1}" for day in range(1, 29))
    prices.write_text("\n".join(["Date,Open,High,Low,Close", *rows]) + "\n")
    window = open_window(prices)
    wait_for_data(qtbot, window, "prices.csv")
    assert find(window, QComboBox, "target").currentText() == "Close"
    _x, drawn = plot_of(window).drawn(Curve.HISTORY)
    assert drawn[0] == 2


def test_that_what_is_dragged_for_the_next_forecast_is_not_on_an_exported_chart(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    forecast(window)
    drawings = []
    for horizon in ("24", "12"):
        retype(window, "horizon", f"{horizon}\r")
        assert labels(window) == {"context", "horizon"}
        window.chart_export.write(chart_of(window), tmp_path / "chart.svg")
        drawings.append((tmp_path / "chart.svg").read_text())
    assert "horizon 24" in drawings[0]
    assert drawings[0] == drawings[1]
    assert all(line.isVisible() for line in plot_of(window).handles)


def test_that_an_exported_chart_says_what_it_shows_and_has_no_crosshair(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    forecast(window)
    find(window, QToolButton, "legend_compiled").click()

    def exported(name: str) -> bytes:
        window.chart_export.write(chart_of(window), tmp_path / name)
        return (tmp_path / name).read_bytes()

    drawing = exported("chart.svg").decode()
    for words in ("north", "hourly.csv", "History", "Eager"):
        assert words in drawing
    for words in ("Actual", "Compiled"):
        assert words not in drawing
    point(window)
    pointed = exported("pointed.png")
    canvas = plot_of(window).canvas
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert exported("plain.png") == pointed
    assert QImage(str(tmp_path / "plain.png")).height() > 2 * canvas.viewport().height()


def test_that_a_dragged_line_stays_within_what_the_boxes_can_show(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    data = tmp_path / "long.csv"
    data.write_text("y\n" + "1\n2\n3\n" * 50_000)
    window = open_window(data)
    wait_for_data(qtbot, window, "long.csv")
    plot = plot_of(window)
    plot.context_dragged.emit(10)
    assert window.document.config.context_length == 149_990
    assert find(window, QSpinBox, "context_length").value() == 149_990
    click(window, "holdout")
    plot.horizon_dragged.emit(75_000)
    assert window.keeper.state.options.horizon == LONGEST_HORIZON
    assert find(window, QSpinBox, "horizon").value() == LONGEST_HORIZON


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
    assert window.document.config.context_length == context


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
