"""The names of devices that models are put on: `auto`, `cpu`, `cuda` or `cuda:N`."""

import re
from collections.abc import Sequence

from engine.base.errors import UserError
from engine.results.machine import GpuDescription

AUTO, CPU = "auto", "cpu"
_GPU = re.compile(r"cuda(?::(\d+))?")


def is_device(name: str) -> bool:
    """Whether it is such a name; the device itself need not be there."""
    return name in (AUTO, CPU) or gpu_index(name) is not None


def require_device(name: str) -> None:
    """Refuses other names.

    Raises:
        UserError: It is none.
    """
    if not is_device(name):
        raise UserError(f"There is no device {name!r}.", "Use auto, cpu, cuda or cuda:N.")


def gpu_index(name: str) -> int | None:
    """The number of the GPU that a name stands for; None where it names none."""
    found = _GPU.fullmatch(name)
    return int(found[1] or 0) if found else None


def named_gpu(name: str, gpus: Sequence[GpuDescription]) -> GpuDescription | None:
    """The GPU that a name stands for, whether or not PyTorch can run on it; None if none is."""
    if name == CPU:
        return None
    index = gpu_index(name) or 0
    return gpus[index] if index < len(gpus) else None


def gpu_in_use(name: str, gpus: Sequence[GpuDescription]) -> GpuDescription | None:
    """The GPU that forecasts run on; None where they run on the CPU, or it is not there."""
    gpu = named_gpu(name, gpus)
    is_passed_over = name == AUTO and gpu is not None and not gpu.has_kernels
    return None if is_passed_over else gpu
