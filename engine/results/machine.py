"""What the engine found out, as plain values: no torch, picklable, fit for JSON."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GpuDescription:
    """One GPU.

    Attributes:
        name: As the driver calls it.
        memory: Total memory in bytes.
        capability: CUDA compute capability, such as "9.0".
        multiprocessors: Number of streaming multiprocessors.
        uuid: What tells it from all others; empty where torch does not say.
        has_kernels: Whether this build of PyTorch can run on it at all.
    """

    name: str
    memory: int
    capability: str
    multiprocessors: int
    uuid: str = ""
    has_kernels: bool = True


@dataclass(frozen=True, slots=True)
class MachineDescription:
    """Hardware and versions, as seen by the process that forecasts.

    Attributes:
        python: Version of Python.
        torch: Version of PyTorch.
        chronos: Version of chronos-forecasting.
        transformers: Version of transformers.
        system: Operating system.
        processor: Name of the CPU.
        cpu_features: Its instruction sets that decide about speed, as Linux names them, such as
            "avx512_bf16"; none where they are not known.
        cores: Logical cores that the process may use.
        memory: Total memory in bytes.
        free_memory: Memory free now, in bytes.
        gpus: The GPUs that PyTorch sees.
        cuda: CUDA version that PyTorch was built for; None if it was built without.
        driver: Version of the NVIDIA driver; None if there is none.
        cxx_compiler: Path of the C++ compiler that a CPU compile needs; None if missing.
        c_compiler: Path of the C compiler that Triton needs on a GPU; None if missing.
        triton: Whether Triton, which compiles for GPUs, is installed.
        python_headers: Whether Python.h is there, which compiled kernels are built against.
    """

    python: str
    torch: str
    chronos: str
    transformers: str
    system: str
    processor: str
    cpu_features: tuple[str, ...]
    cores: int
    memory: int
    free_memory: int
    gpus: tuple[GpuDescription, ...]
    cuda: str | None
    driver: str | None
    cxx_compiler: str | None
    c_compiler: str | None
    triton: bool
    python_headers: bool
