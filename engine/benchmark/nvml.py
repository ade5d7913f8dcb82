"""What NVIDIA's management library tells of GPUs, where it and its Python package are there.

The package is optional: without it, what it would tell is not measured, and said to be so.
"""

import contextlib
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, TypeVar

from engine.benchmark.samples import GpuState

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


def gpu_states(own_pids: set[int]) -> tuple[GpuState, ...]:
    """The GPUs as they are now.

    Args:
        own_pids: Processes that are not others.
    """
    with library() as nvml:
        if nvml is None:
            return ()
        try:
            handles = [
                nvml.nvmlDeviceGetHandleByIndex(index) for index in range(nvml.nvmlDeviceGetCount())
            ]
        except nvml.NVMLError:
            return ()
        return tuple(state(nvml, handle, own_pids) for handle in handles)


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
        others=None if running is None else sum(one.pid not in own_pids for one in running),
        clock=asked(lambda: float(nvml.nvmlDeviceGetClockInfo(handle, nvml.NVML_CLOCK_SM))),
    )


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
            handle = nvml.nvmlDeviceGetHandleByUUID(f"GPU-{uuid}")
            return float(nvml.nvmlDeviceGetTotalEnergyConsumption(handle)) / 1000
        except nvml.NVMLError:
            return None
