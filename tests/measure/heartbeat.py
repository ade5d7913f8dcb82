"""Measure how long the window's thread is blocked: gaps of a 10 ms timer during runs.

Run it as `python -m tests.measure.heartbeat [SECONDS]`: a forecast that compiles from an
empty cache, then a benchmark with live plots that takes SECONDS (30 unless given).
"""

import dataclasses
import os
import sys
import tempfile
import time

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen" if not os.environ.get("DISPLAY") else "xcb")

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from engine.config.presets import PRESETS
from gui.app import make_application, open_window
from gui.benchmark.page import BenchmarkPage
from gui.forecast.page import ForecastPage
from gui.start import Start

BEAT = 10


def main() -> None:
    """Print the figures."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_STATE_HOME"] = os.environ["XDG_DATA_HOME"] = home
        measure(os.path.join(home, "cache"), seconds)  # noqa: PTH118


def measure(cache: str, seconds: float) -> None:
    """Run both with a timer beside them."""
    make_application()
    window = open_window(Start())
    window.resize(1200, 800)
    window.show()
    while window.source.file is None or window.machine_line.machine is None:
        QTest.qWait(50)
    beats: list[float] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(BEAT)
    timer.timeout.connect(lambda: beats.append(time.perf_counter()))
    timer.start()
    config = PRESETS["production_compiled"].replace(cache_dir=cache)
    window.document.restore(config, "production_compiled")
    page = window.pages.find(BenchmarkPage)

    def benchmark() -> None:
        window.runs.start(
            lambda choices: dataclasses.replace(page.make_job(choices), time_budget=seconds)
        )

    for start in (window.pages.find(ForecastPage).start, benchmark):
        began = len(beats)
        start()
        while window.engine.busy:
            QTest.qWait(200)
        if window.banner.isVisible():
            sys.exit("The run failed, so its figures would mean nothing.")
        QTest.qWait(500)
        report(start.__name__, np.diff(beats[began:]))
    report("both", np.diff(beats))
    window.close()


def report(name: str, gaps: np.ndarray) -> None:
    """Print the gaps between beats."""
    p99, longest = 1000 * np.quantile(gaps, 0.99), 1000 * gaps.max()
    print(
        f"{name}: {len(gaps):,} beats every {BEAT} ms, p99 of the gaps {p99:.0f} ms, "
        f"longest {longest:.0f} ms, {int((gaps > 0.1).sum())} above 100 ms"
    )


if __name__ == "__main__":
    main()
