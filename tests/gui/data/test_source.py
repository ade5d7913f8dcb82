"""Opening files in every way, bad files, and stopping."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.data.samples import samples
from gui.charts.plots import Curve
from gui.window.main_window import MainWindow
from tests.support.driving import (
    click,
    drop,
    find,
    plot_of,
    trigger,
    wait_for_data,
    wait_until_idle,
)

Open = Callable[..., MainWindow]


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def days(*columns: str, count: int = 28) -> str:
    """A table with a date and counting columns."""
    rows = (
        ",".join([f"2024-01-{day:02}", *(str(day * place) for place in range(1, len(columns) + 1))])
        for day in range(1, count + 1)
    )
    return "\n".join([",".join(["when", *columns]), *rows]) + "\n"


def sentence(window: MainWindow) -> str:
    return find(window, QLabel, "failure_sentence").text()


@pytest.mark.parametrize("way", ["argument", "dialog", "drop", "sample", "recent"])
def test_that_a_file_opens_in_every_way(
    qtbot: QtBot, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    path = write(tmp_path / "sales.csv", days("apples", "pears"))
    if way == "argument":
        window = open_window(path)
    else:
        window = open_window()
        wait_for_data(qtbot, window, "hourly.csv")
    match way:
        case "dialog":
            monkeypatch.setattr("gui.data.page.ask_open", lambda *_about: path)
            click(window, "open_data")
        case "drop":
            drop(window, path)
        case "sample":
            path = samples()[-1]
            trigger(window, f"sample_{path.stem}")
        case "recent":
            window.open_data(path)
            wait_for_data(qtbot, window, path.name)
            window.open_data(samples()[0])
            wait_for_data(qtbot, window, "hourly.csv")
            window.menus.recent.actions()[1].trigger()
    wait_for_data(qtbot, window, path.name)
    assert path.name in window.windowTitle()
    assert window.source.file is not None
    first = window.source.file.series.series[0]
    assert find(window, QLabel, "series_name").text() == first.item_id
    assert window.menus.recent.actions()[0].text() == str(path)


def test_that_settings_can_be_dropped_too(open_window: Open, tmp_path: Path) -> None:
    window = open_window()
    drop(window, write(tmp_path / "chronos.env", "CHRONOS_DTYPE=bfloat16\n"))
    assert window.document.config.dtype == "bfloat16"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", "", "empty"),
        ("image.csv", "\x89PNG\r\n\x1a\n\0\0\0", "image.csv"),
        ("words.csv", "a,b\nc,d\n", "words.csv"),
    ],
)
def test_that_a_bad_file_is_a_sentence_and_the_last_data_stay(
    qtbot: QtBot, open_window: Open, tmp_path: Path, name: str, content: str, words: str
) -> None:
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    drop(window, write(tmp_path / name, content))
    qtbot.waitUntil(lambda: find(window, QWidget, "banner").isVisible())
    assert words in sentence(window)
    assert "Traceback" not in sentence(window)
    assert "hourly.csv stays open." in find(window, QLabel, "failure_remedy").text()
    assert find(window, QLabel, "series_name").text() == "north"
    assert find(window, QPushButton, "run_forecast").isEnabled()
    _x, drawn = plot_of(window).drawn(Curve.HISTORY)
    assert len(drawn) > 0
    click(window, "failure_close")
    assert not find(window, QWidget, "banner").isVisible()


def test_that_reading_a_large_file_can_be_stopped(
    qtbot: QtBot, open_window: Open, tmp_path: Path
) -> None:
    large = tmp_path / "large.csv"
    with large.open("w") as file:
        file.write("id,when,value\n")
        for item in range(400):
            day = "".join(f"{item},2024-01-01 {h:02}:00,{h}\n" for h in range(24))
            file.write(day * 60)
    window = open_window()
    wait_for_data(qtbot, window, "hourly.csv")
    window.open_data(large)
    assert find(window, QPushButton, "stop").isEnabled()
    click(window, "stop")
    wait_until_idle(qtbot, window)
    assert find(window, QLabel, "stage").text() == "Stopped reading"
    assert window.source.file is not None
    assert window.source.file.path.name == "hourly.csv"
    assert find(window, QPushButton, "run_forecast").isEnabled()
