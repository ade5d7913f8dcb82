"""Measure frames a second while a history of 1,000,000 points is panned.

Run it as `python -m tests.measure.panning`: every frame moves the view and is
painted at once, over the whole history and over a tenth of it.
"""

import os
import time

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen" if not os.environ.get("DISPLAY") else "xcb")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.data.series import Series, SeriesSet
from gui.app import make_application, open_window
from gui.charts.forecast_plot import ForecastPlot
from gui.forecast.page import ForecastPage
from gui.start import Start

POINTS = 1_000_000
FRAMES = 120


def main() -> None:
    """Print the figures."""
    make_application()
    window = open_window(Start(safe=True))
    window.resize(1920, 1080)
    window.show()
    while window.source.file is None:  # otherwise the sample data would replace ours
        QTest.qWait(50)
    values = np.random.default_rng(0).normal(size=POINTS).cumsum()
    stamps = np.datetime64("2020-01-01", "ns") + np.arange(POINTS) * np.timedelta64(60, "s")
    series = Series("walk", values[None], stamps, "min")
    page = window.pages.find(ForecastPage)
    page.show_set(SeriesSet((series,), ("value",)))
    for name, share in (("all of it", 1.0), ("a tenth", 0.1)):
        rates = frames(page.chart.plot, share)
        print(
            f"{POINTS:,} points, {name} in view: {np.median(rates):.0f} frames a second, "
            f"slowest 1 % {np.quantile(rates, 0.01):.0f}"
        )
    window.close()


def frames(plot: ForecastPlot, share: float) -> np.ndarray:
    """Return the rate of every frame."""
    plot.show_steps(0, round(share * POINTS))
    QApplication.processEvents()
    view = plot.main.vb
    width = view.viewRect().width()
    seconds = []
    for _frame in range(FRAMES):
        started = time.perf_counter()
        view.translateBy(x=width / 500)
        plot.canvas.viewport().repaint()
        seconds.append(time.perf_counter() - started)
    return 1 / np.asarray(seconds)


if __name__ == "__main__":
    main()
