"""What is remembered from one start to the next, whatever happened between."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDockWidget, QLabel, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from engine.config.settings import CompileConfig
from engine.data import ReadOptions
from gui.runs.run_options import RunOptions
from gui.state import remembered as state
from gui.state.remembered import State
from gui.widgets.theme import Choice
from gui.window.main_window import MainWindow
from tests.support.driving import choose, click, find, retype, trigger, wait_for_data

Open = Callable[..., MainWindow]


def test_that_a_restart_finds_everything_as_it_was(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    data = tmp_path / "mine.csv"
    data.write_text("when,a,b\n" + "".join(f"2024-01-{d:02},{d},{d * 2}\n" for d in range(1, 29)))
    first = open_window(data)
    wait_for_data(qtbot, first, "mine.csv")
    choose(first, "preset", "safest")
    retype(first, "edit_cache_dir", "/var/cache/chronos")
    find(first, QSpinBox, "horizon").setValue(7)
    click(first, "compare")
    trigger(first, "theme_dark")
    trigger(first, "next_series")
    chosen = find(first, QLabel, "series_name").text()
    click(first, "close_getting_started")
    trigger(first, "dock_log")
    trigger(first, "tab_history")
    first.close()

    second = open_window()
    wait_for_data(qtbot, second, "mine.csv")
    assert second.document.config == first.document.config
    assert second.document.preset == "safest"
    assert find(second, QSpinBox, "horizon").value() == 7
    assert second.keeper.state.options == RunOptions(horizon=7, compare=False)
    assert second.theme.choice is Choice.DARK
    assert find(second, QLabel, "series_name").text() == chosen
    assert not find(second, QWidget, "getting_started").isVisible()
    assert find(second, QDockWidget, "dock_log").isVisible()
    assert second.pages.front.name == "history"
    trigger(second, "theme_light")


def test_that_a_crash_loses_nothing(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    choose(window, "preset", "production compiled")
    retype(window, "edit_cache_dir", "/var/cache/chronos")
    # Not closed: what counts is what is on the disk already.
    qtbot.waitUntil(lambda: state.load().config == window.document.config, timeout=5_000)
    assert state.load().preset == "production_compiled"


def test_that_every_part_of_the_state_survives_its_file() -> None:
    whole = State(
        config=CompileConfig(enabled=True, cache_dir="/a b/ü"),
        preset="safest",
        data=Path("/data/sales.csv"),
        reading=ReadOptions(delimiter=";", target_columns=("a", "b"), day_first=True),
        series="north",
        options=RunOptions(7, holdout=True, compare=False),
        theme=Choice.DARK,
        recent=(Path("/data/sales.csv"), Path("/data/other.csv")),
        guide=False,
    )
    state.save(whole)
    assert state.load() == whole
    state.forget()
    assert state.load() == State()


def test_that_the_state_of_version_0_1_is_read_as_before() -> None:
    state.state_folder().mkdir(parents=True, exist_ok=True)
    shutil.copy(Path(__file__).parent / "kept" / "window-0.1.json", state.state_file())
    remembered = state.load()
    assert remembered == State(
        config=CompileConfig(
            enabled=True,
            cache_dir="/a b/ü",
            dtype="bfloat16",
            sdpa_backends=("math", "flash"),
            context_length=512,
        ),
        preset="safest",
        data=Path("/data/sales.csv"),
        reading=ReadOptions(delimiter=";", target_columns=("a", "b"), day_first=True),
        series="north",
        options=RunOptions(7, holdout=True, compare=False),
        theme=Choice.DARK,
        recent=(Path("/data/sales.csv"), Path("/data/other.csv")),
        guide=False,
    )
    state.save(remembered)
    assert state.load() == remembered
    assert json.loads(state.state_file().read_text())["version"] == 2


@pytest.mark.parametrize("version", [99, 0, "one", None])
def test_that_the_state_of_another_version_is_used_as_far_as_it_can_be(version: object) -> None:
    state.save(State(config=CompileConfig(enabled=True), theme=Choice.DARK))
    document = json.loads(state.state_file().read_text())
    state.state_file().write_text(json.dumps({**document, "version": version, "series": 3}))
    assert state.load() == State(config=CompileConfig(enabled=True), theme=Choice.DARK)


def test_that_a_file_whose_name_is_not_utf_8_is_remembered() -> None:
    odd = State(data=Path("/data/\udcff %.csv"), recent=(Path("/data/\udcff %.csv"), Path("b")))
    state.save(odd)
    assert state.load() == odd


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", '"text"', '{"settings": 3, "options": [], "theme": 1, "recent": 5}'],
)
def test_that_a_broken_state_file_is_no_obstacle(content: str) -> None:
    state.save(State())
    state.state_file().write_text(content)
    assert state.load() == State()


def test_that_only_what_is_wrong_in_the_state_is_dropped() -> None:
    state.save(State(config=CompileConfig(enabled=True), theme=Choice.DARK))
    document = json.loads(state.state_file().read_text())
    document["settings"]["CHRONOS_DTYPE"] = "int3"
    document["options"]["horizon"] = -4
    document["reading"]["delimiter"] = "too long"
    document["options"]["holdout"] = "yes"
    document["options"]["compare"] = False
    document["preset"] = "gone"
    document["recent"] = [3, "/data/a.csv", None]
    state.state_file().write_text(json.dumps(document))
    assert state.load() == State(
        config=CompileConfig(enabled=True),
        theme=Choice.DARK,
        options=RunOptions(compare=False),
        recent=(Path("/data/a.csv"),),
    )


def test_that_a_data_file_that_is_gone_is_a_sentence_and_the_rest_is_restored(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    state.save(State(data=tmp_path / "gone.csv", config=CompileConfig(enabled=True)))
    window = open_window()
    sentence = find(window, QLabel, "failure_sentence")
    qtbot.waitUntil(sentence.isVisible)
    assert "gone.csv" in sentence.text()
    assert window.document.config.enabled
    assert find(window, QPushButton, "open_data").isEnabled()
