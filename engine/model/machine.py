"""Describe the hardware and the software that the engine runs on."""

import importlib.util
import os
import platform
import re
import shutil
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from engine.results.machine import GpuDescription, MachineDescription

CPU_FILE = Path("/proc/cpuinfo")
CPU_FEATURES = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "bf16")
DRIVER_FILE = Path("/proc/driver/nvidia/version")


def describe_machine() -> MachineDescription:
    """Return the hardware and the versions of this machine. Import torch."""
    from importlib.metadata import version

    import psutil
    import torch

    memory = psutil.virtual_memory()
    return MachineDescription(
        python=platform.python_version(),
        # A plain string, because a process that receives a `TorchVersion` would import torch.
        torch=str(torch.__version__),
        chronos=version("chronos-forecasting"),
        transformers=version("transformers"),
        system=f"{platform.system()} {platform.release()}",
        processor=processor_name(),
        cpu_features=cpu_features(),
        cores=_usable_cores(),
        memory=memory.total,
        free_memory=memory.available,
        gpus=describe_gpus(),
        cuda=torch.version.cuda,
        driver=nvidia_driver(),
        cxx_compiler=cxx_compiler(),
        c_compiler=c_compiler(),
        triton=importlib.util.find_spec("triton") is not None,
        python_headers=Path(sysconfig.get_path("include"), "Python.h").is_file(),
    )


def describe_gpus() -> tuple[GpuDescription, ...]:
    """Return the GPUs that PyTorch detects."""
    return tuple(_describe_gpu(index) for index in range(_gpu_count()))


def processor_name() -> str:
    """Return the name of the CPU, as the system reports it."""
    return _processor_entry("model name") or platform.processor() or platform.machine()


def cpu_features() -> tuple[str, ...]:
    """Return the instruction sets of the CPU that affect speed; none outside Linux."""
    flags = instruction_sets()
    return tuple(name for name in CPU_FEATURES if name in flags)


def instruction_sets() -> tuple[str, ...]:
    """Return all instruction sets of the CPU, as Linux names them; none outside Linux."""
    return tuple((_processor_entry("flags") or _processor_entry("Features")).split())


def _usable_cores() -> int:
    """Return the number of logical cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cxx_compiler() -> str | None:
    """Return the path of the C++ compiler that PyTorch uses; None if it finds none."""
    return _first_program("CXX", ("g++", "clang++", "cl"))


def c_compiler() -> str | None:
    """Return the path of the C compiler that Triton uses; None if it finds none."""
    return _first_program("CC", ("gcc", "clang", "cl"))


def nvidia_driver() -> str | None:
    """Return the version of the NVIDIA driver, as its kernel module reports it."""
    try:
        text = DRIVER_FILE.read_text(encoding="utf-8")
    except OSError:
        return None
    found = re.search(r"Kernel Module\s+(?:for \S+\s+)?(\d+\.[\d.]+)", text)
    return found[1] if found else None


def _processor_entry(name: str) -> str:
    """Return an entry of /proc/cpuinfo, from the first CPU that has it."""
    try:
        with CPU_FILE.open(encoding="utf-8") as lines:
            return next((_value(line) for line in lines if line.startswith(name)), "")
    except OSError:
        return ""


def _value(line: str) -> str:
    return line.partition(":")[2].strip()


def _first_program(variable: str, names: tuple[str, ...]) -> str | None:
    wanted = os.environ.get(variable)
    candidates = (wanted,) if wanted else names
    return next((path for name in candidates if (path := shutil.which(name))), None)


def _gpu_count() -> int:
    import torch

    return torch.cuda.device_count() if torch.cuda.is_available() else 0


def _describe_gpu(index: int) -> GpuDescription:
    import torch

    properties = torch.cuda.get_device_properties(index)
    capability = properties.major, properties.minor
    return GpuDescription(
        name=properties.name,
        memory=properties.total_memory,
        capability=f"{properties.major}.{properties.minor}",
        multiprocessors=properties.multi_processor_count,
        uuid=str(getattr(properties, "uuid", "")),
        has_kernels=has_kernels(capability, torch.cuda.get_arch_list()),
    )


def has_kernels(capability: tuple[int, int], architectures: Sequence[str]) -> bool:
    """Say whether a build of PyTorch can run on a GPU.

    Machine code ("sm_80") runs on GPUs with the same major and an equal or higher minor compute
    capability. PTX ("compute_80") runs on every later GPU.

    Args:
        capability: The GPU's compute capability.
        architectures: List from `torch.cuda.get_arch_list`. Without NVIDIA names, return True.
    """
    known = [re.match(r"(sm|compute)_(\d+)(\d)", name) for name in architectures]
    built_for = [(found[1], (int(found[2]), int(found[3]))) for found in known if found]
    return not built_for or any(
        (kind == "compute" or built[0] == capability[0]) and built <= capability
        for kind, built in built_for
    )
