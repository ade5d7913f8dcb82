"""A forecast in the window, driven with events that no model made."""

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from engine.data.future import future_timestamps
from engine.data.series import SeriesSet
from engine.forecast.events import Compared, ForecastReady
from engine.results.call_split import CallSplit
from engine.results.comparison import Comparison
from engine.results.forecasts import DEFAULT_QUANTILE_LEVELS, ForecastSet, ItemForecast
from engine.results.judgement import Judgement, Status
from engine.runtime.events import Finished
from gui.forecast.page import ForecastPage
from gui.window.main_window import MainWindow
from tests.support.driving import find, finish, plot_of, send, start_job

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


def drawn(window: MainWindow) -> QImage:
    """The chart, always of one size: the sentences below it take more or less room."""
    canvas = plot_of(window).canvas
    canvas.setFixedSize(600, 320)
    QApplication.processEvents()
    image: QImage = canvas.grab().toImage()
    return image


def point(window: MainWindow) -> None:
    """Moves the mouse over the chart, until the crosshair is there."""
    viewport = plot_of(window).canvas.viewport()
    for step in (0, 3):
        QTest.mouseMove(viewport, QPoint(viewport.width() // 2 + step, viewport.height() // 4))
        QTest.qWait(50)
    assert find(window, QLabel, "pointed").text()
