"""Read the names of devices that models run on: `auto`, `cpu`, `cuda` or `cuda:N`."""

import re
from collections.abc import Sequence

from engine.base.errors import UserError
from engine.base.escaping import quoted
from engine.results.machine import GpuDescription

AUTO, CPU = "auto", "cpu"
_GPU = re.compile(r"cuda(?::(\d+))?")


def is_device(name: str) -> bool:
    """Say whether a name is valid; the device itself may be missing."""
    return name in (AUTO, CPU) or gpu_index(name) is not None


def require_device(name: str) -> None:
    """Refuse an invalid name of a device.

    Raises:
        UserError: The name is invalid.
    """
    if not is_device(name):
        raise UserError(f"There is no device {quoted(name)}.", "Use auto, cpu, cuda or cuda:N.")


def gpu_index(name: str) -> int | None:
    """Return the index of the GPU that a name stands for; None if it names no GPU."""
    found = _GPU.fullmatch(name)
    return int(found[1] or 0) if found else None


def named_gpu(name: str, gpus: Sequence[GpuDescription]) -> GpuDescription | None:
    """Return the GPU that a name stands for, even without kernels for it; None if missing."""
    if name == CPU:
        return None
    index = gpu_index(name) or 0
    return gpus[index] if index < len(gpus) else None


def gpu_in_use(name: str, gpus: Sequence[GpuDescription]) -> GpuDescription | None:
    """Return the GPU that forecasts run on; None for the CPU or a missing GPU."""
    gpu = named_gpu(name, gpus)
    is_skipped = name == AUTO and gpu is not None and not gpu.has_kernels
    return None if is_skipped else gpu
