"""What the engine runs on."""

import os
import platform
import shutil

from engine import jobs
from engine.context import JobContext
from engine.events import MachineDescribed
from engine.evidence import GpuDescription, MachineDescription


def run(_job: jobs.DescribeMachine, context: JobContext) -> None:
    """Runs the job. Events: see `jobs.DescribeMachine`."""
    context.emit(MachineDescribed(describe_machine()))


def describe_machine() -> MachineDescription:
    """Looks around. Imports torch."""
    from importlib.metadata import version

    import psutil
    import torch

    memory = psutil.virtual_memory()
    return MachineDescription(
        python=platform.python_version(),
        torch=torch.__version__,
        chronos=version("chronos-forecasting"),
        transformers=version("transformers"),
        system=f"{platform.system()} {platform.release()}",
        processor=processor_name(),
        cores=usable_cores(),
        memory=memory.total,
        free_memory=memory.available,
        gpus=tuple(_describe_gpu(index) for index in range(_gpu_count())),
        cxx_compiler=cxx_compiler(),
    )


def processor_name() -> str:
    """The CPU's name, as the system gives it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123 - a kernel file
            for line in lines:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def usable_cores() -> int:
    """Logical cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cxx_compiler() -> str | None:
    """The C++ compiler that PyTorch would call, found as it looks for it."""
    wanted = os.environ.get("CXX")
    names = (wanted,) if wanted else ("g++", "clang++", "cl")
    return next((path for name in names if (path := shutil.which(name))), None)


def _gpu_count() -> int:
    import torch

    return torch.cuda.device_count() if torch.cuda.is_available() else 0


def _describe_gpu(index: int) -> GpuDescription:
    import torch

    properties = torch.cuda.get_device_properties(index)
    return GpuDescription(
        name=properties.name,
        memory=properties.total_memory,
        capability=f"{properties.major}.{properties.minor}",
    )
