"""Description of hardware and versions, as plain values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GpuDescription:
    """One GPU.

    Attributes:
        name: Name, as the driver reports it.
        memory: Total memory in bytes.
        capability: CUDA compute capability, such as "9.0".
        multiprocessors: Number of streaming multiprocessors.
        uuid: Unique identifier; empty if torch does not report it.
        has_kernels: Whether this build of PyTorch can run on it.
    """

    name: str
    memory: int
    capability: str
    multiprocessors: int
    uuid: str = ""
    has_kernels: bool = True


@dataclass(frozen=True, slots=True)
class MachineDescription:
    """Hardware and versions, as the forecasting process detects them.

    Attributes:
        python: Version of Python.
        torch: Version of PyTorch.
        chronos: Version of chronos-forecasting.
        transformers: Version of transformers.
        system: Operating system.
        processor: Name of the CPU.
        cpu_features: Instruction sets of the CPU that affect speed, as Linux names them, such as
            "avx512_bf16"; empty if unknown.
        cores: Logical cores that the process may use.
        memory: Total memory in bytes.
        free_memory: Memory free now, in bytes.
        gpus: The GPUs that PyTorch detects.
        cuda: CUDA version that PyTorch was built for; None if it was built without.
        driver: Version of the NVIDIA driver; None if there is none.
        cxx_compiler: Path of the C++ compiler that a CPU compile needs; None if missing.
        c_compiler: Path of the C compiler that Triton needs on a GPU; None if missing.
        triton: Whether Triton, which compiles for GPUs, is installed.
        python_headers: Whether Python.h is installed, which building compiled kernels needs.
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

    @property
    def versions(self) -> dict[str, str]:
        """Return the versions that can change a forecast, by package."""
        return {
            "torch": self.torch,
            "chronos-forecasting": self.chronos,
            "transformers": self.transformers,
        }

    @property
    def causes_of_change(self) -> dict[str, str]:
        """Return the versions and the hardware that can change forecasts and times, by name."""
        return {
            **self.versions,
            "driver": str(self.driver),
            "processor": self.processor,
            "GPU": ", ".join(gpu.name for gpu in self.gpus),
        }
