"""The command: a window, or the command line, and neither pays for the other."""

import os
import subprocess
import sys
from pathlib import Path

import PySide6
import pytest

from gui.entry import parse
from gui.start import Start


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    return subprocess.run(
        [sys.executable, "-m", "gui.entry", *arguments],
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("arguments", "start"),
    [
        ([], Start()),
        (["--safe-mode"], Start(safe=True)),
        (["--reset-settings", "--safe-mode"], Start(safe=True, reset=True)),
        (["sales.csv"], Start(Path("sales.csv").absolute())),
        (["--safe-mode", "./sales"], Start(Path("sales").absolute(), safe=True)),
        (["status"], None),
        (["--help"], None),
        (["forecast", "sales.csv"], None),
        (["export", "--safe-mode"], None),
    ],
)
def test_that_a_file_opens_the_window_and_a_word_is_a_command(
    arguments: list[str], start: Start | None
) -> None:
    assert parse(arguments) == start


def test_that_a_command_imports_no_qt() -> None:
    code = (
        "import sys, gui.entry; sys.argv = ['chronos-panel', 'export']\n"
        "try: gui.entry.main()\n"
        "except SystemExit as end: assert not end.code\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = done.stdout.splitlines()[-1]
    assert "TORCH_COMPILED=0" in done.stdout
    assert "PySide6" not in loaded
    assert "pyqtgraph" not in loaded


def test_that_without_a_display_the_headless_commands_are_named() -> None:
    done = run()
    assert done.returncode == 2
    assert done.stdout == ""
    assert "chronos-panel forecast --demo" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_that_a_display_that_does_not_answer_is_a_sentence_and_no_core_dump() -> None:
    done = run(DISPLAY=":987654", QT_QPA_PLATFORM="xcb")
    assert done.returncode == 2
    assert "chronos-panel --help" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    # Libraries are named only where one is missing.
    assert ("apt install" in done.stderr) is not x_can_be_loaded()


def x_can_be_loaded() -> bool:
    """Whether Qt's part for X finds all the libraries that it needs."""
    part = Path(PySide6.__file__).parent / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    code = "import ctypes, sys; ctypes.CDLL(sys.argv[1])"
    return subprocess.run([sys.executable, "-c", code, part], check=False).returncode == 0


def test_that_garbage_is_collected_once_the_window_is_there() -> None:
    code = (
        "import gc, sys\n"
        "from PySide6.QtWidgets import QMainWindow\n"
        "from PySide6.QtCore import QTimer\n"
        "from gui import entry\n"
        "sys.argv = ['chronos-panel', '--safe-mode']\n"
        "def tell():\n"
        "    print(before, gc.isenabled(), flush=True)\n"
        "    sys.modules['PySide6.QtWidgets'].QApplication.quit()\n"
        "show = QMainWindow.show\n"
        "def show_and_wait(window):\n"
        "    global before\n"
        "    before = gc.isenabled()\n"
        "    show(window)\n"
        "    QTimer.singleShot(1000, tell)\n"
        "QMainWindow.show = show_and_wait\n"
        "entry.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split() == ["False", "True"]
