"""A new job kind is two folders and one line: nothing else of the program changes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ECHO_KIND = Path(__file__).parent / "echo_kind"
LAST_LINE = '    Kind("benchmark.measuring"),\n'
NEW_LINE = '    Kind("echo", command="echo", page="Echo"),\n'

SESSION = """
from engine.echo.job import Echo
from engine.runtime.session import Session
with Session() as session:
    for event in session.run(Echo(word="hello", times=2)):
        print(event)
"""

WINDOW = """
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from gui.app import make_application, open_window
from gui.start import Start
make_application()
window = open_window(Start())
window.show()
while window.source.file is None or not window.is_ready:
    QTest.qWait(20)
window.findChild(QPushButton, "run_echo").click()
while window.engine.busy:
    QTest.qWait(20)
print(window.pages.tabs.tabText(window.pages.tabs.currentIndex()))
print(window.findChild(QLabel, "echo_words").text())
print(window.findChild(QLabel, "stage").text())
window.close()
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program with one kind more."""
    copy = tmp_path_factory.mktemp("program")
    for package in ("engine", "gui"):
        shutil.copytree(
            ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__")
        )
        shutil.copytree(ECHO_KIND / package, copy / package, dirs_exist_ok=True)
    (copy / "resources").symlink_to(ROOT / "resources")
    table = copy / "engine" / "kinds.py"
    lines = table.read_text()
    assert LAST_LINE in lines
    table.write_text(lines.replace(LAST_LINE, LAST_LINE + NEW_LINE))
    return copy


def output_of(program: Path, *arguments: str) -> list[str]:
    """What the copy prints, run as a user runs it."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(program)},
        cwd=program,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_that_a_session_runs_a_new_kind(program: Path) -> None:
    assert output_of(program, "-c", SESSION) == [
        "Echoed(word='hello')",
        "Echoed(word='hello')",
        "Finished()",
    ]


def test_that_the_command_line_has_the_command_of_a_new_kind(program: Path) -> None:
    assert output_of(program, "-m", "gui.entry", "echo", "hello") == ["hello hello hello"]
    assert any("Repeat a word." in line for line in output_of(program, "-m", "gui.entry", "-h"))


def test_that_the_window_has_the_page_of_a_new_kind(program: Path) -> None:
    assert output_of(program, "-c", WINDOW) == ["Echo", "24 24 24", "Done"]
