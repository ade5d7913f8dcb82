"""Settings to files and back."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from engine.config.presets import PRESETS
from engine.config.settings import CompileConfig
from gui.window.main_window import MainWindow
from tests.support.driving import choose, find, retype, trigger

Open = Callable[..., MainWindow]


ODD_FOLDER = '/tmp/a folder/it\'s "odd" & $HOME'  # noqa: S108  a name, nothing is written there


def answer(monkeypatch: pytest.MonkeyPatch, path: Path, question: str = "ask_save") -> None:
    """Answers the next question for a file."""
    monkeypatch.setattr(f"gui.settings.transfer.{question}", lambda *_about: path)


@pytest.mark.parametrize("way", ["portable", "bash", "shell"])
def test_that_bash_reads_back_what_was_exported(
    open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    window = open_window()
    choose(window, "preset", "production compiled")
    folder = "/var/cache/chronos" if way == "portable" else ODD_FOLDER
    retype(window, "edit_cache_dir", folder)
    file = tmp_path / "exported"
    answer(monkeypatch, file)
    if way == "shell":
        trigger(window, "export_shell")
    else:
        trigger(window, "dock_env_file")
        choose(window, "dialect", way)
        QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    names = list(window.document.config.to_env())
    script = f"set -a; . {file}; set +a; printf '%s\\0' " + " ".join(f'"${name}"' for name in names)
    done = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    read_back = dict(zip(names, done.stdout.split("\0"), strict=False))
    assert read_back == window.document.config.to_env()


def test_that_a_value_that_a_dialect_cannot_hold_is_told_and_nothing_is_written(
    open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    retype(window, "edit_cache_dir", ODD_FOLDER)
    answer(monkeypatch, tmp_path / "chronos.env")
    trigger(window, "export_env")
    assert "TORCHINDUCTOR_CACHE_DIR" in find(window, QLabel, "failure_sentence").text()
    assert not list(tmp_path.glob("*.env"))


@pytest.mark.parametrize("ending", ["env", "json"])
def test_that_an_exported_file_can_be_imported(
    open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    window = open_window()
    choose(window, "preset", "production compiled")
    choose(window, "edit_dtype", "bfloat16")
    wanted = window.document.config
    answer(monkeypatch, tmp_path / f"chronos.{ending}")
    trigger(window, f"export_{ending}")
    choose(window, "preset", "safest")
    answer(monkeypatch, tmp_path / f"chronos.{ending}", "ask_open")
    trigger(window, "import")
    assert window.document.config == wanted
    window.document.undo_stack.undo()
    assert window.document.config == PRESETS["safest"]
    if ending == "json":
        document = json.loads((tmp_path / "chronos.json").read_text())
        assert document["variables"] == wanted.to_env()


def test_that_a_file_that_is_no_env_file_is_a_sentence(
    open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    file = tmp_path / "bad.env"
    file.write_text("CHRONOS_DTYPE=int8\nnot an assignment\n")
    answer(monkeypatch, file, "ask_open")
    trigger(window, "import")
    sentence = find(window, QLabel, "failure_sentence")
    assert sentence.isVisible()
    assert "int8" in sentence.text()
    assert "not an assignment" in sentence.text()
    assert window.document.config == CompileConfig()


def test_that_the_environment_can_be_imported(
    open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHRONOS_COMPILE", "yes")
    monkeypatch.setenv("CHRONOS_COMPILE_MODE", "default")
    window = open_window()
    trigger(window, "import_environment")
    assert window.document.config.enabled
    assert window.document.config.mode == "default"
