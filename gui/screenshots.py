"""Pictures of the window's main states from a real run: `python -m gui.screenshots DIR`.

The run is real: the demo model forecasts, is validated and timed. The pictures are taken
without a screen, light and dark, small and large. It takes some minutes.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

from engine.config.presets import PRESETS
from gui.entry import BAD_INPUT, Start

SIZES = ((1024, 700), (1920, 1080))
THEMES = ("light", "dark")
PATIENCE = 900.0
"""Seconds that a state is waited for."""


def main() -> None:
    """Takes the pictures."""
    if len(sys.argv) != 2:
        sys.stderr.write("Usage: python -m gui.screenshots DIR\n")
        sys.exit(BAD_INPUT)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    # Before Qt is imported, and so that nothing of the user's is read or written.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_STATE_HOME"] = os.environ["XDG_DATA_HOME"] = home
        for name in photograph(folder, home):
            sys.stdout.write(f"{folder / name}\n")
            sys.stdout.flush()


def photograph(folder: Path, home: str) -> Iterator[str]:
    """Goes through the states of a window, and takes pictures of each.

    Yields:
        The names of the files as they are written.
    """
    from PySide6.QtTest import QTest

    from gui.app import make_application, open_window

    make_application()
    window = open_window(Start())
    window.show()

    def wait(reached: Callable[[], bool]) -> None:
        deadline = monotonic() + PATIENCE
        while not reached():
            if monotonic() > deadline:
                raise TimeoutError("The window did not come to the state that was wanted.")
            QTest.qWait(20)

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

    wait(lambda: window.source.file is not None)
    wait(lambda: window.machine_line.machine is not None)
    window.run_bar.forecast.setFocus()
    yield from pictures("start")
    cache = str(Path(home) / "cache")
    window.document.restore(
        PRESETS["production_compiled"].replace(cache_dir=cache), "production_compiled"
    )
    window.runs.forecast()
    wait(idle)
    yield from pictures("forecast")
    window.document.set_value("dtype", "float16")
    window.show_view("data")
    QTest.qWait(1000)
    yield from pictures("findings")
    window.document.undo_stack.undo()
    window.runs.validate()
    wait(idle)
    yield from pictures("validation")
    window.runs.benchmark()
    wait(lambda: bool(window.back.timing.speeds) or idle())
    yield from pictures("benchmark-running")
    wait(idle)
    yield from pictures("benchmark")
    window.show_view("history")
    QTest.qWait(1000)
    window.menus.actions["dock_series"].trigger()
    window.menus.actions["dock_log"].trigger()
    yield from pictures("history")
    window.close()


if __name__ == "__main__":
    main()
