"""Measure the time from the start of the process to the first paint, against a bare window.

Run it as `python -m tests.measure.start`. The bare window is PySide6 with an empty plot of
pyqtgraph; both are started in alternation. Without a display they are drawn offscreen.
"""

import os
import statistics
import subprocess
import sys
import time

ROUNDS = 9

WATCH = """
import os, sys, time
from PySide6.QtCore import QEvent, QObject, QTimer
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, tell)
        return False
def tell():
    print(time.monotonic() - float(os.environ["STARTED"]), flush=True)
    os._exit(0)
watch = Watch()
"""
BARE = (
    WATCH
    + """
import pyqtgraph
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication([])
window = QMainWindow()
window.setCentralWidget(pyqtgraph.PlotWidget())
window.centralWidget().viewport().installEventFilter(watch)
window.show()
application.exec()
"""
)
OURS = (
    WATCH
    + """
import gc
gc.disable()  # as `gui.entry.main` does
from gui import app
from gui.start import Start
from gui.forecast.page import ForecastPage
opener = app.open_window
def open_and_watch(start):
    window = opener(start)
    page = window.pages.find(ForecastPage)
    page.chart.plot.canvas.viewport().installEventFilter(watch)
    return window
app.open_window = open_and_watch
app.run(Start(safe=True))
"""
)


def seconds(code: str) -> float:
    """Return the duration of one start."""
    environment = {**os.environ, "STARTED": str(time.monotonic())}
    if not os.environ.get("DISPLAY"):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def main() -> None:
    """Print the figures."""
    seconds(BARE), seconds(OURS)  # from here on, both have their files in memory
    pairs = [(seconds(BARE), seconds(OURS)) for _round in range(ROUNDS)]
    bare, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(mine / theirs for theirs, mine in pairs)
    print(f"bare window {bare:.2f} s, this window {ours:.2f} s, ratio {ratio:.2f} ({ROUNDS} pairs)")


if __name__ == "__main__":
    main()
