"""The forecast in the window: what the chart and the sentences say, and for how long it holds."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from pyqtgraph import InfLineLabel, PlotWidget
from pyqtgraph.graphicsItems.DateAxisItem import MONTH_DAY_ZOOM_LEVEL as DAYS
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QGraphicsTextItem,
    QLabel,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.config.presets import PRESETS
from engine.data.frequency import future_timestamps
from engine.data.samples import samples
from engine.data.series import SeriesSet
from engine.forecast.events import Compared, ForecastReady, PolicyWeighed
from engine.results.call_split import CallSplit
from engine.results.comparison import Comparison
from engine.results.forecasts import DEFAULT_QUANTILE_LEVELS, ForecastSet, ItemForecast
from engine.results.judgement import Judgement, Status
from engine.runtime.events import (
    Failed,
    FailureKind,
    FellBack,
    Finished,
    ModelLoaded,
    SmallValuesChanged,
    Stopped,
)
from gui.charts.date_axis import GAP, DateAxis
from gui.charts.plots import Curve
from gui.forecast.page import ForecastPage
from gui.runs.run_options import LONGEST_CONTEXT, LONGEST_HORIZON
from gui.window.main_window import MainWindow
from tests.support.driving import (
    chart_of,
    choose,
    click,
    find,
    finish,
    open_without_engine,
    plot_of,
    retype,
    send,
    start_job,
    trigger,
    wait_for_data,
    wait_until_idle,
)
from tests.support.making_runs import MODEL

Open = Callable[..., MainWindow]
HORIZON = 24


def series_of(window: MainWindow) -> SeriesSet:
    assert window.source.file is not None
    return window.source.file.series


def ready(window: MainWindow, *, compiled: bool, shift: float = 0.0) -> ForecastReady:
    """A forecast of the open data without a model: the last value, and what is added to it."""
    series = series_of(window)
    spread = np.linspace(-10, 10, len(DEFAULT_QUANTILE_LEVELS))
    items = tuple(
        ItemForecast(
            one.item_id,
            np.tile(one.targets[:, -1:, None] + spread + shift, (1, HORIZON, 1)),
            future_timestamps(one, HORIZON),
        )
        for one in series.series
    )
    forecast = ForecastSet(items, series.target_names, DEFAULT_QUANTILE_LEVELS)
    return ForecastReady(compiled, forecast, CallSplit(0.1, 0.3, 0.1), None)


def begin(window: MainWindow) -> None:
    """Starts a forecast of what is chosen."""
    start_job(window, window.pages.find(ForecastPage).make_job(window.choices()))


def drawn(window: MainWindow) -> QImage:
    """The chart, always of one size: the sentences below it take more or less room."""
    canvas = plot_of(window).canvas
    canvas.setFixedSize(600, 320)
    QApplication.processEvents()
    image: QImage = canvas.grab().toImage()
    return image


def test_that_nothing_of_the_last_run_stays_on_the_chart(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    begin(window)
    send(window, ready(window, compiled=False))
    eager = drawn(window)
    send(window, ready(window, compiled=True, shift=5))
    assert drawn(window) != eager
    begin(window)
    send(window, ready(window, compiled=False))
    finish(window)
    assert drawn(window) == eager


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


def compared(window: MainWindow, status: Status, sentence: str) -> Compared:
    """What the engine says of two forecasts."""
    comparison = Comparison(72, 0, 0.0123, 0.001, 1e-6, 1e-7, "north", "load", missing_agree=True)
    return Compared(comparison, Judgement(status, sentence, 1e-6, 1e-4))


def forecast(window: MainWindow, status: Status = Status.PASS, sentence: str = "Alike.") -> None:
    """A whole run, from its begin to its end."""
    begin(window)
    send(window, ready(window, compiled=False))
    send(window, ready(window, compiled=True))
    send(window, compared(window, status, sentence))
    send(window, Finished())
    finish(window)


def figures(window: MainWindow) -> str:
    return find(window, QLabel, "forecast_figures").text()


def badge(window: MainWindow) -> str:
    return find(window, QLabel, "forecast_badge").text()


def test_that_a_forecast_leads_with_a_verdict(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    forecast(window, Status.PASS, "At most 1e-06 of scale apart, 0.0001 allowed.")
    assert badge(window) == "✓ SAME FORECASTS"
    assert "0.0001 allowed" in figures(window)
    assert "0.012 (north)" in figures(window)
    assert "First calls: eager 0.5 s, compiled 0.5 s." in figures(window)
    assert "Press Validate" not in figures(window)
    forecast(window, Status.WARN, "Up to 0.0051 of scale apart, 51 times the 0.0001 allowed.")
    assert badge(window) == "▲ DIFFERENT"
    assert "Press Validate" in figures(window)


def test_that_other_data_have_no_forecast_yet(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    forecast(window)
    point(window)
    begin(window)
    window.open_data(samples()[-1])
    wait_for_data(qtbot, window, samples()[-1].name)
    # What the run that was going on still says is about data that are gone.
    send(window, ready(window, compiled=False))
    assert figures(window) == "No forecast yet. Press Forecast."
    assert not find(window, QLabel, "forecast_badge").isVisible()
    assert not find(window, QLabel, "pointed").text()
    assert not chart_of(window).forecasts


def test_that_a_forecast_with_other_settings_is_marked(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    forecast(window)
    assert "Outdated" not in figures(window)
    choose(window, "edit_dtype", "bfloat16")
    assert figures(window).startswith("Outdated: settings changed. Press Forecast to update.")
    assert badge(window) == "OUTDATED: other settings"
    trigger(window, "undo")
    assert "Outdated" not in figures(window)
    assert badge(window) == "✓ SAME FORECASTS"
    # Both modes are compared, whichever of them the settings choose.
    click(window, "edit_enabled")
    assert "Outdated" not in figures(window)
    # Where compiled code is kept changes no forecast.
    retype(window, "edit_cache_dir", "/var/cache/chronos")
    assert "Outdated" not in figures(window)
    click(window, "holdout")
    assert "Outdated" in figures(window)
    forecast(window)
    assert "Outdated" not in figures(window)


def test_that_a_stopped_forecast_leaves_the_last_one_as_it_was(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    forecast(window)
    told = figures(window)
    choose(window, "edit_dtype", "bfloat16")
    begin(window)
    assert figures(window) == "Forecasting…"
    send(window, Stopped())
    finish(window)
    assert figures(window) == f"Outdated: settings changed. Press Forecast to update.  {told}"


def test_that_it_is_said_what_is_waited_for(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    begin(window)
    assert figures(window) == "Forecasting…"
    send(window, ready(window, compiled=False))
    assert figures(window).startswith("The eager forecast is drawn. Compiling takes about a minute")
    send(window, Stopped())
    finish(window)
    assert figures(window).startswith("Only the eager forecast is there, so nothing was compared.")


def point(window: MainWindow) -> None:
    """Moves the mouse over the chart, until the crosshair is there."""
    viewport = plot_of(window).canvas.viewport()
    for step in (0, 3):
        QTest.mouseMove(viewport, QPoint(viewport.width() // 2 + step, viewport.height() // 4))
        QTest.qWait(50)
    assert find(window, QLabel, "pointed").text()


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


def test_that_small_values_are_told_as_what_compiling_does_to_them(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    begin(window)
    send(window, FellBack("The compiler is gone."))
    # Once for each of the two modes.
    for _mode in range(2):
        send(window, SmallValuesChanged("clamp", 6410, 40))
    send(window, ready(window, compiled=False))
    told = find(window, QLabel, "forecast_notice").text().splitlines()
    assert told[0] == "Fell back to eager. The compiler is gone."
    assert told[1:] == [
        "6,410 values in 40 series of both forecasts were set to 0 because they are smaller than "
        "0.001 (small values: clamp, as compiled code needs)."
    ]
    click(window, "rescue_small_values")
    assert window.document.config.small_values == "rescale"
    begin(window)
    send(window, FellBack("The compiler is gone."))
    send(window, ready(window, compiled=False))
    assert find(window, QLabel, "forecast_notice").isVisible()
    assert not find(window, QPushButton, "rescue_small_values").isVisible()


def test_that_values_that_were_changed_are_no_green_badge(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    kept = find(window, QToolButton, "legend_kept")
    forecast(window)
    same = drawn(window)
    assert badge(window) == "✓ SAME FORECASTS"
    assert not kept.isVisible()
    begin(window)
    for compiled in (False, True):
        send(window, ready(window, compiled=compiled))
    send(window, compared(window, Status.PASS, "Alike."))
    as_they_are = ready(window, compiled=False, shift=50).forecast
    judgement = Judgement(Status.WARN, "The policy clamp moves forecasts.", 2.0, 1e-4)
    send(window, PolicyWeighed("clamp", as_they_are, judgement))
    finish(window)
    assert badge(window) == "▲ VALUES CHANGED"
    told = "The policy clamp moves forecasts. The curve “Kept” is eager without the policy. Alike."
    assert figures(window).startswith(told)
    assert kept.isVisible()
    assert drawn(window) != same
    assert "kept," in chart_of(window).table()
    # Nothing of it stays with the next run.
    forecast(window)
    assert badge(window) == "✓ SAME FORECASTS"
    assert not kept.isVisible()
    assert drawn(window) == same


@pytest.mark.parametrize("preset", ["production_eager", "production_compiled"])
def test_that_both_modes_get_the_small_values_of_compiling(
    qtbot: QtBot, open_window: Open, preset: str
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    window.document.restore(PRESETS[preset], preset)
    job = window.pages.find(ForecastPage).make_job(window.choices())
    assert {config.small_values for config in job.sides} == {"clamp"}
    click(window, "compare")
    alone = window.pages.find(ForecastPage).make_job(window.choices())
    assert alone.sides == (PRESETS[preset],)


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


LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


def mouse(window: MainWindow, kind: QEvent.Type, at: QPoint, button: Qt.MouseButton = NONE) -> None:
    """What the mouse does on the chart while its left button is held."""
    viewport = plot_of(window).canvas.viewport()
    place, globally = QPointF(at), QPointF(viewport.mapToGlobal(at))
    held = NONE if kind == QEvent.Type.MouseButtonRelease else LEFT
    event = QMouseEvent(kind, place, globally, button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, event)
    QTest.qWait(30)


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


def labels(window: MainWindow) -> set[str]:
    """What stands on the lines of the chart."""
    return {
        item.toPlainText()
        for item in plot_of(window).main.scene().items()
        if isinstance(item, QGraphicsTextItem) and isinstance(item.parentItem(), InfLineLabel)
    }


@pytest.mark.usefixtures("qapp")
def test_that_the_time_axis_says_year_and_month() -> None:
    axis = DateAxis()
    day, month = 86_400.0, 30 * 86_400.0
    start = datetime(2025, 4, 9, tzinfo=UTC).timestamp()
    axis.zoomLevel = DAYS
    axis.resize(400, 30)
    axis.setRange(start - 2 * day, start + 2 * day)
    assert axis.tickStrings([start, start + day], 1.0, day) == ["2025-04-09", "10"]
    assert axis.tickStrings([start, start + month], 1.0, month) == ["Apr 2025", "May"]
    assert axis.tickStrings([], 1.0, day) == []
    # At the edge a long label would not be drawn at all.
    axis.setRange(start, start + 4 * day)
    assert axis.tickStrings([start, start + day], 1.0, day) == ["09", "2025-04-10"]


def test_that_labels_of_the_time_axis_do_not_touch(qtbot: QtBot) -> None:
    axis = DateAxis()
    chart = PlotWidget(axisItems={"bottom": axis})
    qtbot.addWidget(chart)
    chart.resize(560, 200)
    chart.show()
    first = datetime(2025, 1, 27, tzinfo=UTC).timestamp()
    canvas = QPixmap(1, 1)
    most = 0
    for days in np.geomspace(0.05, 4000, 200):
        chart.setXRange(first, first + days * 86_400.0, padding=0)
        QApplication.processEvents()
        with QPainter(canvas) as painter:
            drawn = axis.generateDrawSpecs(painter)
        assert drawn is not None
        places = sorted((place.left(), place.right()) for place, _, text in drawn[2] if text)
        assert all(one[1] + GAP <= after[0] for one, after in pairwise(places)), days
        most = max(most, len(places))
    assert most > 5


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


def test_that_a_run_that_shows_nothing_changes_nothing_about_what_is_shown(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    view, notice = chart_of(window), find(window, QLabel, "forecast_notice")
    begin(window)
    send(window, ModelLoaded(MODEL))
    send(window, FellBack("The first compile failed."))
    send(window, ready(window, compiled=False))
    finish(window)
    caption, told = view.caption.title, notice.text()
    assert "demo, float32" in caption
    assert "The first compile failed." in told
    begin(window)
    send(window, ModelLoaded(dataclasses.replace(MODEL, source="amazon/chronos-2")))
    send(window, FellBack("The second compile failed."))
    send(window, Failed(FailureKind.MEMORY, "Memory ran out."))
    finish(window)
    assert (view.caption.title, notice.text()) == (caption, told)
    assert notice.isVisible()
    begin(window)
    send(window, ready(window, compiled=False))
    assert not notice.isVisible()


def test_that_a_number_that_is_still_being_typed_counts_when_a_key_starts_a_run(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_without_engine(qtbot, open_window, monkeypatch)
    horizon = find(window, QSpinBox, "horizon")
    horizon.setFocus()
    horizon.selectAll()
    QTest.keyClicks(horizon, "48")
    with qtbot.waitSignal(window.engine.started) as began:
        QTest.keyClick(horizon, Qt.Key.Key_F5)
    assert began.args is not None
    assert began.args[0].horizon == 48


def test_that_series_too_short_for_a_holdout_are_told_or_drawn_after_their_end(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = tmp_path / "short.csv"
    short = [f"short,{step}" for step in range(30)]
    data.write_text("\n".join(["item_id,y", *short]) + "\n")
    window = open_window(data)
    wait_for_data(qtbot, window, "short.csv")
    click(window, "holdout")
    click(window, "compare")  # or the worker would make a folder for compiled code
    click(window, "run_forecast")
    wait_until_idle(qtbot, window)
    banner = find(window, QWidget, "banner")
    assert banner.isVisible()
    assert any("48 steps" in label.text() for label in banner.findChildren(QLabel))

    data.write_text(
        "\n".join(["item_id,y", *short, *(f"long,{step}" for step in range(99))]) + "\n"
    )
    window.open_data(data)
    qtbot.waitUntil(lambda: len(series_of(window)) == 2)
    begin(window)
    send(window, ready(window, compiled=False))
    places = {}
    for item, one in enumerate(series_of(window).series):
        window.series_list.choose(item)
        places[one.item_id] = plot_of(window).drawn(Curve.EAGER)[0][0]
    assert places == {"short": 30, "long": 99 - HORIZON}


def test_that_a_dragged_line_stays_within_what_the_boxes_can_show(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    data = tmp_path / "long.csv"
    data.write_text("y\n" + "1\n2\n3\n" * 50_000)
    window = open_window(data)
    wait_for_data(qtbot, window, "long.csv")
    plot = plot_of(window)
    plot.context_dragged.emit(10)
    assert window.keeper.state.options.context_length == LONGEST_CONTEXT
    assert find(window, QSpinBox, "context_length").value() == LONGEST_CONTEXT
    click(window, "holdout")
    plot.horizon_dragged.emit(75_000)
    assert window.keeper.state.options.horizon == LONGEST_HORIZON
    assert find(window, QSpinBox, "horizon").value() == LONGEST_HORIZON


def test_that_far_beyond_the_data_the_pointer_still_says_where_it_is(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    assert plot_of(window).values_at(1e12) == "33658-09-27 01:46"
