"""What the window logs: files, runs, and failures."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from engine.runtime.events import Failed, FailureKind
from gui.window.main_window import MainWindow
from tests.support.driving import click, find, send, wait_for_data, wait_until_idle

Open = Callable[..., MainWindow]


def test_that_files_and_runs_are_logged_and_an_empty_log_says_so(
    qtbot: QtBot, open_window: Open, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    window = open_window()
    assert find(window, QPlainTextEdit, "log_text").placeholderText() == "Nothing logged yet."
    wait_for_data(qtbot, window, "hourly.csv")
    window.open_data(tmp_path / "missing.csv")
    wait_until_idle(qtbot, window)
    click(window, "run_validation")
    send(window, Failed(FailureKind.MEMORY, "Memory ran out.", "Take less."))
    click(window, "stop")
    wait_until_idle(qtbot, window)
    said = [
        ("Opened", "hourly.csv: "),
        ("error", "missing.csv"),
        ("Validate started with", "TORCH_COMPILED=1"),
        ("Validate failed after", " s"),
        ("Memory ran out. Take less.", ""),
        ("Validate was stopped after", " s"),
    ]

    def all_logged() -> bool:
        return all(
            any(start in line and end in line for line in window.log.lines) for start, end in said
        )

    qtbot.waitUntil(all_logged)
