"""The state of GPUs by NVIDIA's management library, where there is a driver."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any, TypeVar

import psutil

from engine.benchmark.conditions import GpuState

Value = TypeVar("Value")

THROTTLE_REASONS = {
    "nvmlClocksThrottleReasonSwPowerCap": "power cap",
    "nvmlClocksThrottleReasonHwSlowdown": "hardware slow-down",
    "nvmlClocksThrottleReasonSwThermalSlowdown": "heat",
    "nvmlClocksThrottleReasonHwThermalSlowdown": "heat",
    "nvmlClocksThrottleReasonHwPowerBrakeSlowdown": "power brake",
}


@contextlib.contextmanager
def library() -> Iterator[Any | None]:
    """Open the library; yield None where there is none."""
    try:
        nvml = import_module("pynvml")
        nvml.nvmlInit()
    except Exception:  # no package, no driver, no permission: nothing can be measured
        yield None
        return
    try:
        yield nvml
    finally:
        nvml.nvmlShutdown()


def gpu_states(uuids: Iterable[str], own_pids: set[int]) -> tuple[GpuState, ...]:
    """Return the state of GPUs.

    Args:
        uuids: The GPUs.
        own_pids: Process ids of this program.
    """
    with library() as nvml:
        if nvml is None:
            return ()
        try:
            handles = [_handle_of(nvml, uuid) for uuid in uuids]
        except nvml.NVMLError:
            return ()
        return tuple(_state(nvml, handle, own_pids) for handle in handles)


def _handle_of(nvml: Any, uuid: str) -> Any:
    """Return the library's handle of a GPU."""
    return nvml.nvmlDeviceGetHandleByUUID(f"GPU-{uuid}")


def _state(nvml: Any, handle: Any, own_pids: set[int]) -> GpuState:
    """Return the state of one GPU."""

    def asked(question: Callable[[], Value]) -> Value | None:
        try:
            return question()
        except nvml.NVMLError:
            return None

    name = asked(lambda: nvml.nvmlDeviceGetName(handle))
    running = asked(lambda: nvml.nvmlDeviceGetComputeRunningProcesses(handle))
    reasons = asked(lambda: nvml.nvmlDeviceGetCurrentClocksThrottleReasons(handle))
    return GpuState(
        name=name.decode() if isinstance(name, bytes) else str(name or "GPU"),
        temperature=asked(
            lambda: float(nvml.nvmlDeviceGetTemperature(handle, nvml.NVML_TEMPERATURE_GPU))
        ),
        throttled=None if reasons is None else _throttle_words(nvml, reasons),
        others=None if running is None else _count_others(running, own_pids),
        clock=asked(lambda: float(nvml.nvmlDeviceGetClockInfo(handle, nvml.NVML_CLOCK_SM))),
    )


def _count_others(running: Iterable[Any], own_pids: set[int]) -> int:
    """Count processes of others; in a container our own have numbers that are unknown here."""
    return sum(one.pid not in own_pids and psutil.pid_exists(one.pid) for one in running)


def _throttle_words(nvml: Any, reasons: int) -> str:
    """Return why a GPU is slowed down, from the library's bits."""
    named = (word for name, word in THROTTLE_REASONS.items() if reasons & getattr(nvml, name, 0))
    return ", ".join(dict.fromkeys(named))


def energy_used(uuid: str) -> float | None:
    """Return the joules that a GPU has used since its driver was loaded; None if unknown."""
    with library() as nvml:
        if nvml is None:
            return None
        try:
            used = nvml.nvmlDeviceGetTotalEnergyConsumption(_handle_of(nvml, uuid))
            return float(used) / 1000
        except nvml.NVMLError:
            return None
