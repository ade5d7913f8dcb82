"""Take pictures of the window's main states: `python -m gui.screenshots DIR`.

The runs are real: a forecast, a validation and a benchmark with the demo model. The pictures are
taken without a screen, light and dark, small and large. This takes some minutes.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

from engine.config.presets import PRESETS
from gui.start import BAD_INPUT, Start

SIZES = ((1024, 700), (1920, 1080))
THEMES = ("light", "dark")
PATIENCE = 900.0
"""Longest wait for a state, in seconds."""


def _main() -> None:
    """Take the pictures."""
    if len(sys.argv) != 2:
        sys.stderr.write("Usage: python -m gui.screenshots DIR\n")
        sys.exit(BAD_INPUT)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    # Before Qt is imported. The user's own files are neither read nor written.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_STATE_HOME"] = os.environ["XDG_DATA_HOME"] = home
        for name in _photograph(folder, home):
            sys.stdout.write(f"{folder / name}\n")
            sys.stdout.flush()


def _photograph(folder: Path, home: str) -> Iterator[str]:
    """Go through the states of a window, and take pictures of each.

    Yields:
        The names of the files as they are written.
    """
    from PySide6.QtTest import QTest

    from gui.app import make_application, open_window
    from gui.benchmark.page import BenchmarkPage
    from gui.forecast.page import ForecastPage
    from gui.validation.page import ValidationPage

    make_application()
    window = open_window(Start())
    window.show()

    def idle() -> bool:
        return not window.engine.busy and not window.source.busy

    def pictures(state: str) -> Iterator[str]:
        for theme in THEMES:
            window.menus.actions[f"theme_{theme}"].trigger()
            for width, height in SIZES:
                window.resize(width, height)
                QTest.qWait(300)
                name = f"{state}-{theme}-{width}x{height}.png"
                window.grab().save(str(folder / name))
                yield name

    _wait_for(lambda: window.source.file is not None)
    _wait_for(lambda: window.machine_line.machine is not None)
    window.run_bar.buttons[0].setFocus()
    yield from pictures("start")
    cache = str(Path(home) / "cache")
    window.document.restore(
        PRESETS["production_compiled"].replace(cache_dir=cache), "production_compiled"
    )
    window.pages.find(ForecastPage).start()
    _wait_for(idle)
    yield from pictures("forecast")
    window.document.set_value("dtype", "float16")
    window.pages.show_page("data")
    QTest.qWait(1000)
    yield from pictures("findings")
    window.document.undo_stack.undo()
    window.pages.find(ValidationPage).start()
    _wait_for(idle)
    yield from pictures("validation")
    benchmark = window.pages.find(BenchmarkPage)
    benchmark.start()
    _wait_for(lambda: bool(benchmark.view.speeds) or idle())
    yield from pictures("benchmark-running")
    _wait_for(idle)
    yield from pictures("benchmark")
    window.pages.show_page("history")
    QTest.qWait(1000)
    window.menus.actions["dock_series"].trigger()
    window.menus.actions["dock_log"].trigger()
    yield from pictures("history")
    window.close()


def _wait_for(reached: Callable[[], bool]) -> None:
    from PySide6.QtTest import QTest

    deadline = monotonic() + PATIENCE
    while not reached():
        if monotonic() > deadline:
            raise TimeoutError("The window did not reach the state.")
        QTest.qWait(20)


if __name__ == "__main__":
    _main()
