"""Readings of NVIDIA's library, for which the tests have a small stand-in."""

import os
import sys
from types import SimpleNamespace

import pytest

from engine.benchmark.measuring.energy import gpu_of
from engine.benchmark.measuring.nvml import energy_used, gpu_states
from engine.results.machine import GpuDescription

NOBODY = 2**31 - 1
"""A process id that no process here has."""


class NVMLError(Exception):
    pass


def refuse(*_arguments: object) -> None:
    raise NVMLError


def library(**changes: object) -> SimpleNamespace:
    functions: dict[str, object] = {
        "NVMLError": NVMLError,
        "NVML_TEMPERATURE_GPU": 0,
        "NVML_CLOCK_SM": 1,
        "nvmlClocksThrottleReasonSwPowerCap": 4,
        "nvmlClocksThrottleReasonSwThermalSlowdown": 32,
        "nvmlClocksThrottleReasonHwThermalSlowdown": 64,
        "nvmlInit": lambda: None,
        "nvmlShutdown": lambda: None,
        "nvmlDeviceGetHandleByUUID": lambda uuid: uuid,
        "nvmlDeviceGetName": lambda _handle: b"Made up",
        "nvmlDeviceGetComputeRunningProcesses": lambda _handle: [
            SimpleNamespace(pid=os.getpid()),
            SimpleNamespace(pid=os.getppid()),
            SimpleNamespace(pid=NOBODY),
        ],
        "nvmlDeviceGetCurrentClocksThrottleReasons": lambda _handle: 4 + 32 + 64,
        "nvmlDeviceGetTemperature": lambda _handle, _kind: 61,
        "nvmlDeviceGetClockInfo": lambda _handle, _kind: 1500,
        "nvmlDeviceGetTotalEnergyConsumption": lambda _handle: 2500,
    }
    return SimpleNamespace(**{**functions, **changes})


def test_that_without_the_library_nothing_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert gpu_states(["7a3"], set()) == ()
    assert energy_used("7a3") is None


def test_that_other_processes_and_throttling_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", library())
    # In a container, our own process may have an id that is unknown here.
    (gpu,) = gpu_states(["7a3"], {os.getpid()})
    assert (gpu.name, gpu.others, gpu.throttled) == ("Made up", 1, "power cap, heat")
    assert (gpu.temperature, gpu.clock) == (61, 1500)
    assert energy_used("7a3") == 2.5


def test_that_a_driver_that_reports_nothing_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", library(nvmlDeviceGetHandleByUUID=refuse))
    assert gpu_states(["7a3"], set()) == ()


def test_that_the_energy_is_that_of_the_card_that_torch_uses() -> None:
    cards = [GpuDescription("Made up", 1, "9.0", 1, uuid) for uuid in ("7a3", "9bf")]
    assert gpu_of("cuda:1", cards) == "9bf"
    assert gpu_of("cuda:2", cards) == gpu_of("cpu", cards) == ""


def test_that_what_a_card_does_not_report_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    changes = {
        "nvmlDeviceGetTemperature": refuse,
        "nvmlDeviceGetCurrentClocksThrottleReasons": refuse,
        "nvmlDeviceGetTotalEnergyConsumption": refuse,
    }
    monkeypatch.setitem(sys.modules, "pynvml", library(**changes))
    (gpu,) = gpu_states(["7a3"], set())
    assert (gpu.temperature, gpu.throttled, gpu.others) == (None, None, 2)
    assert energy_used("7a3") is None
