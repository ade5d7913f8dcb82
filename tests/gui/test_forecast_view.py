"""The forecast in the window: what the chart and the sentences say, and for how long it holds."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from driving import find, wait_for_data
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QComboBox, QToolButton
from pytestqt.qtbot import QtBot

from engine.config import CompileConfig
from engine.data.frequency import future_timestamps
from engine.data.series import SeriesSet
from engine.events import FellBack, ForecastReady
from engine.evidence import CallSplit
from engine.forecasts import DEFAULT_QUANTILE_LEVELS, ForecastSet, ItemForecast
from engine.jobs import Forecast
from gui.main_window import MainWindow

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


def begin(window: MainWindow, config: CompileConfig | None = None) -> None:
    """What the window does when a forecast begins, without a worker."""
    job = Forecast(config=config or window.document.config, data=series_of(window), horizon=HORIZON)
    window.engine.started.emit(job)


def drawn(window: MainWindow) -> QImage:
    QApplication.processEvents()
    image: QImage = window.forecast_view.plot.canvas.grab().toImage()
    return image


def test_that_nothing_of_the_last_run_stays_on_the_chart(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    begin(window)
    window.engine.said.emit(ready(window, compiled=False))
    eager = drawn(window)
    window.engine.said.emit(ready(window, compiled=True, shift=5))
    assert drawn(window) != eager
    begin(window)
    window.engine.said.emit(ready(window, compiled=False))
    window.engine.ended.emit()
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
    window.forecast_view.take(FellBack("The compiler could not be found anywhere. " * 4))
    window.tell("Wrote " + "a/long/path/" * 20)
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
