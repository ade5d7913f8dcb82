"""What forecasts run on: chosen in a menu, kept, and told where it matters."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from engine.benchmark.job import Benchmark
from engine.check.job import Check
from engine.forecast.job import Forecast
from engine.results.devices import is_device
from engine.results.machine import GpuDescription
from engine.runtime.events import MachineDescribed, ModelLoaded
from engine.validation.job import Validate
from gui.runs.run_options import RunOptions
from gui.state import remembered as state
from gui.state.remembered import State
from gui.window.main_window import MainWindow
from tests.support.driving import (
    click,
    find,
    open_without_engine,
    send,
    validation_page,
    wait_for_data,
    wait_until_idle,
)
from tests.support.making_runs import MODEL
from tests.support.surroundings import CPU_MACHINE

Open = Callable[..., MainWindow]

GPUS = (
    GpuDescription("NVIDIA T1000", 4 << 30, "7.5", 14),
    GpuDescription("NVIDIA R & D", 80 << 30, "9.0", 132),
)
TWO_GPUS = MachineDescribed(dataclasses.replace(CPU_MACHINE, gpus=GPUS))


def offered(window: MainWindow) -> dict[str, bool]:
    """The entries of the menu, and which of them is chosen."""
    menu = window.menus.devices.menu
    return {action.text(): action.isChecked() for action in menu.actions()}


def choose_device(window: MainWindow, name: str) -> None:
    action = window.findChild(QAction, f"action_device_{name}")
    assert action is not None
    action.trigger()


def test_that_a_forecast_runs_on_the_chosen_device_after_a_restart_too(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    assert offered(window) == {"Automatic: first GPU, or else CPU": True, "CPU": False}
    choose_device(window, "cpu")
    assert list(offered(window).values()) == [False, True]
    window.close()

    second = open_without_engine(qtbot, open_window, monkeypatch)
    assert list(offered(second).values()) == [False, True]
    with qtbot.waitSignal(second.engine.started) as began:
        click(second, "run_validation")
    assert began.args is not None
    assert began.args[0].device == "cpu"
    assert find(second, QLabel, "validation_provenance").text().endswith("on cpu")


def test_that_every_run_and_check_is_on_the_chosen_gpu_and_older_results_are_outdated(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_without_engine(qtbot, open_window, monkeypatch)
    jobs: list[object] = []
    window.engine.started.connect(jobs.append)
    monkeypatch.setattr(window.engine, "check", jobs.append)
    window.engine.check_event_received.emit(TWO_GPUS)
    titles = list(offered(window))
    assert titles[2:] == ["cuda:0, NVIDIA T1000", "cuda:1, NVIDIA R && D"]
    click(window, "run_validation")
    choose_device(window, "cuda:1")
    assert isinstance(jobs[0], Validate)
    assert jobs[0].outdated(validation_page(window).make_job(window.choices())) == "other settings"
    for name in ("forecast", "validation", "benchmark"):
        click(window, f"run_{name}")
    qtbot.waitUntil(lambda: any(isinstance(job, Check) for job in jobs))
    for kind in (Forecast, Validate, Benchmark, Check):
        assert {job.device for job in jobs[1:] if isinstance(job, kind)} == {"cuda:1"}


def test_that_a_device_that_is_not_there_any_more_is_told_and_another_can_be_chosen(
    qtbot: QtBot, open_window: Open
) -> None:
    state.save(State(options=RunOptions(compare=False, device="cuda:7")))
    window = open_window(checks=True)
    wait_for_data(qtbot, window, "hourly.csv")
    qtbot.waitUntil(lambda: offered(window).get("cuda:7 (not available)") is True, timeout=60_000)
    click(window, "run_forecast")
    wait_until_idle(qtbot, window)
    banner = find(window, QWidget, "banner")
    assert banner.isVisible()
    words = " ".join(label.text() for label in banner.findChildren(QLabel))
    assert "The device 'cuda:7' is not there: PyTorch sees" in words
    assert "Use the device auto or cpu" in words
    choose_device(window, "cpu")
    click(window, "run_forecast")
    wait_until_idle(qtbot, window)
    assert not banner.isVisible()
    assert window.machine_line.model is not None
    assert window.machine_line.model.device == "cpu"


def test_that_what_runs_are_on_is_named(
    open_window: Open,
) -> None:
    window = open_window()
    line = find(window, QLabel, "machine")
    window.engine.check_event_received.emit(TWO_GPUS)
    assert line.text().startswith("NVIDIA T1000 4.0 GiB")
    choose_device(window, "cuda:1")
    assert line.text().startswith("NVIDIA R & D 80.0 GiB")
    choose_device(window, "auto")
    assert line.text().startswith("NVIDIA T1000 4.0 GiB")
    choose_device(window, "cpu")
    send(window, ModelLoaded(MODEL))
    assert line.text().startswith("CPU")
    choose_device(window, "auto")
    assert line.text().startswith("NVIDIA T1000 4.0 GiB")
    old = dataclasses.replace(GPUS[0], has_kernels=False)
    machine = dataclasses.replace(CPU_MACHINE, gpus=(old, GPUS[1]))
    window.engine.check_event_received.emit(MachineDescribed(machine))
    assert line.text().startswith("CPU")


def test_that_a_device_without_meaning_in_the_state_is_dropped(tmp_path: Path) -> None:
    for name in ("", "abacus", "cuda:", "cuda:x", "cuda:1 "):
        assert not is_device(name)
        state.save(State(options=RunOptions(horizon=7, device=name)))
        assert state.load() == State(options=RunOptions(horizon=7))
