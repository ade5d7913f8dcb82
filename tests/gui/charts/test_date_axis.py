"""The labels of the time axis."""

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from pyqtgraph import PlotWidget
from pyqtgraph.graphicsItems.DateAxisItem import MONTH_DAY_ZOOM_LEVEL as DAYS
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.charts.date_axis import GAP, DateAxis
from gui.window.main_window import MainWindow
from tests.support.driving import plot_of


def drawn(window: MainWindow) -> QImage:
    """The chart, always of one size: the sentences below it take more or less room."""
    canvas = plot_of(window).canvas
    canvas.setFixedSize(600, 320)
    QApplication.processEvents()
    image: QImage = canvas.grab().toImage()
    return image


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
