"""The getting-started page."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.benchmark.job import Benchmark
from engine.data.samples import samples
from engine.forecast.job import Forecast
from engine.runtime.job import Job
from engine.validation.job import Validate
from gui.window.main_window import MainWindow
from tests.support.driving import click, find, wait_until_idle

Open = Callable[..., MainWindow]


def test_that_the_steps_of_the_guide_can_be_taken_there(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    wait_until_idle(qtbot, window)
    submitted: list[Job] = []
    monkeypatch.setattr(window.engine, "submit", submitted.append)
    for step in ("forecast", "validation", "benchmark"):
        click(window, f"guide_{step}")
        assert find(window, QWidget, f"run_{step}").hasFocus()
    assert [type(job) for job in submitted] == [Forecast, Validate, Benchmark]
    monkeypatch.setattr("gui.data.page.ask_open", lambda *_about: samples()[1])
    click(window, "guide_open")
    assert not find(window, QWidget, "guide_forecast").isEnabled()  # while it reads
    wait_until_idle(qtbot, window)
    assert find(window, QWidget, "guide_forecast").isEnabled()
    assert window.source.file is not None
    assert window.source.file.path == samples()[1]
