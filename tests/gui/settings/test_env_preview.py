"""The Env file panel."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QPlainTextEdit

from engine.config.env_file import Dialect
from gui.window.main_window import MainWindow
from tests.support.driving import choose, click, find, trigger

Open = Callable[..., MainWindow]


def answer(monkeypatch: pytest.MonkeyPatch, path: Path, question: str = "ask_save") -> None:
    """Answers the next question for a file."""
    monkeypatch.setattr(f"gui.settings.transfer.{question}", lambda *_about: path)


def test_that_the_preview_is_the_file_as_it_will_be_written(
    open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    find(window, QCheckBox, "edit_enabled").click()
    trigger(window, "dock_env_file")
    choose(window, "dialect", "systemd")
    shown = find(window, QPlainTextEdit, "env_text").toPlainText()
    assert "TORCH_COMPILED=1" in shown
    click(window, "copy_env")
    assert QGuiApplication.clipboard().text() == shown
    answer(monkeypatch, tmp_path / "chronos.env")
    click(window, "export_env")
    without_time = [line for line in shown.splitlines() if "Written" not in line]
    written = (tmp_path / "chronos.env").read_text().splitlines()
    assert [line for line in written if "Written" not in line] == without_time


def test_that_the_dialects_offered_are_those_of_the_engine(open_window: Open) -> None:
    window = open_window()
    trigger(window, "dock_env_file")
    box = find(window, QComboBox, "dialect")
    assert [box.itemText(place) for place in range(box.count())] == list(Dialect)
