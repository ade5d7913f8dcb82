"""What NVIDIA's management library tells of GPUs, where there is a driver."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any, TypeVar

import psutil

from engine.benchmark.measurements import GpuState

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
    """A scope with the library ready; None where there is none."""
    try:
        nvml = import_module("pynvml")
        nvml.nvmlInit()
    except Exception:  # no package, no driver, no rights: all mean that nothing is measured
        yield None
        return
    try:
        yield nvml
    finally:
        nvml.nvmlShutdown()


def gpu_states(uuids: Iterable[str], own_pids: set[int]) -> tuple[GpuState, ...]:
    """GPUs as they are now.

    Args:
        uuids: Which.
        own_pids: Processes that are not others.
    """
    with library() as nvml:
        if nvml is None:
            return ()
        try:
            handles = [handle_of(nvml, uuid) for uuid in uuids]
        except nvml.NVMLError:
            return ()
        return tuple(state(nvml, handle, own_pids) for handle in handles)


def handle_of(nvml: Any, uuid: str) -> Any:
    """The library's handle of a GPU."""
    return nvml.nvmlDeviceGetHandleByUUID(f"GPU-{uuid}")


def state(nvml: Any, handle: Any, own_pids: set[int]) -> GpuState:
    """One GPU as it is now."""

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
        throttled=None if reasons is None else throttle_words(nvml, reasons),
        others=None if running is None else count_others(running, own_pids),
        clock=asked(lambda: float(nvml.nvmlDeviceGetClockInfo(handle, nvml.NVML_CLOCK_SM))),
    )


def count_others(running: Iterable[Any], own_pids: set[int]) -> int:
    """Processes that are not ours; in a container ours have the host's numbers, unknown here."""
    return sum(one.pid not in own_pids and psutil.pid_exists(one.pid) for one in running)


def throttle_words(nvml: Any, reasons: int) -> str:
    """Why a GPU is slowed down, from the library's bits."""
    named = (word for name, word in THROTTLE_REASONS.items() if reasons & getattr(nvml, name, 0))
    return ", ".join(dict.fromkeys(named))


def energy_used(uuid: str) -> float | None:
    """Energy that a GPU has used since its driver was loaded, in joules; None if not known."""
    with library() as nvml:
        if nvml is None:
            return None
        try:
            used = nvml.nvmlDeviceGetTotalEnergyConsumption(handle_of(nvml, uuid))
            return float(used) / 1000
        except nvml.NVMLError:
            return None
