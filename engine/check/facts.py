"""The facts that the rules judge: plain values, gathered in `engine.check.run`."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.base.exposure import Exposure
from engine.config.code_folders import ROOM_FOR_CODE
from engine.config.settings import CompileConfig
from engine.results.devices import gpu_in_use, named_gpu
from engine.results.machine import GpuDescription, MachineDescription

GIGABYTE = 1_000_000_000

NETWORK_FILESYSTEMS = (
    "nfs",
    "cifs",
    "smb",
    "9p",
    "lustre",
    "gpfs",
    "ceph",
    "afs",
    "beegfs",
    "fuse.",
)
TRUE_FOR_THE_HUB = ("1", "ON", "YES", "TRUE")

RELEVANT_PREFIXES = (
    "TORCH", "PYTORCH_", "CHRONOS_", "TRITON_", "CUDA_", "NVIDIA_", "HF_HUB_", "TRANSFORMERS_",
    "OMP_", "MKL_", "ATEN_", "DNNL_", "ONEDNN_",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheFolder:
    """The folder that compiled code is kept in, or would be.

    Attributes:
        path: Its absolute path.
        blocked_by: What stands where a folder should be, such as a file; empty if nothing does.
        writable: Whether the user may make files in it, or make it.
        exposure: How other users can put files into it; None if they cannot.
        temporary: Whether it is in a temporary folder.
        filesystem: The kind of its file system, such as "ext4"; empty if not known.
        executable: Whether code in it may be run.
        free: Free space of its disk in bytes.
        newest: Time of its newest file, in seconds since the epoch; None if it has none, or
            too many to look at.
    """

    path: str
    blocked_by: str
    writable: bool
    exposure: Exposure | None
    temporary: bool
    filesystem: str
    executable: bool
    free: int
    newest: float | None

    @property
    def on_network(self) -> bool:
        """Say whether its disk belongs to another machine."""
        return self.filesystem.startswith(NETWORK_FILESYSTEMS)

    @property
    def is_sound(self) -> bool:
        """Say whether there is nothing against keeping compiled code in it."""
        against = (
            self.blocked_by,
            not self.writable,
            self.exposure,
            self.temporary,
            self.on_network,
            not self.executable,
            self.free < ROOM_FOR_CODE,
        )
        return not any(against)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFiles:
    """Where the configured model is, before it is loaded.

    Attributes:
        folder: Its folder; empty if it is not on this machine.
        is_hub_id: Whether its name could be one on the hub.
        is_relative: Whether its name is a folder as seen from the working folder.
        trouble: Why it cannot be used, a full sentence; empty if it can.
        remedy: What to do about that.
        memory: Bytes that loading and running it takes, about; 0 if not known.
    """

    folder: str
    is_hub_id: bool
    is_relative: bool = False
    trouble: str = ""
    remedy: str = ""
    memory: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A configuration and everything around it that decides whether it can run well.

    Attributes:
        config: The configuration.
        device: `auto`, `cpu`, `cuda` or `cuda:N`, as asked for.
        environment: The relevant variables of the process that asks.
        env_file: The variables of an env file, which override those of the environment.
        unread: Torch's variables among them that the installed torch does not read.
        machine: The machine.
        tested: Package -> the versions that this program is tested with, such as ">=2.11,<2.14".
        torch_installed: When torch was installed, in seconds since the epoch.
        cache: The cache folder.
        better_cache_dir: A folder that suits better if that one does not; None if none is known.
        model: The model.
        artifact_trouble: Why the configured artifact cannot be used, a full sentence; empty if it
            can, as far as is known before the model is loaded.
        artifact_remedy: What to do about that.
    """

    config: CompileConfig
    device: str
    environment: Mapping[str, str]
    env_file: Mapping[str, str]
    unread: tuple[str, ...]
    machine: MachineDescription
    tested: Mapping[str, str]
    torch_installed: float
    cache: CacheFolder
    better_cache_dir: str | None
    model: ModelFiles
    artifact_trouble: str = ""
    artifact_remedy: str = ""

    @property
    def variables(self) -> dict[str, str]:
        """Return the environment with the env file's variables over it."""
        return {**self.environment, **self.env_file}

    @property
    def named_gpu(self) -> GpuDescription | None:
        """Return the GPU that the device names, whether or not PyTorch can run on it."""
        return named_gpu(self.device, self.machine.gpus)

    @property
    def gpu(self) -> GpuDescription | None:
        """Return the GPU that forecasts run on; None where they run on the CPU."""
        return gpu_in_use(self.device, self.machine.gpus)

    @property
    def generates_code(self) -> bool:
        """Say whether compiling makes code, which needs compilers and the cache folder."""
        config = self.config
        return config.enabled and config.backend == "inductor" and not config.compiles_ahead

    @property
    def asks_for_cuda_graphs(self) -> bool:
        """Say whether the configuration wants CUDA graphs, on any device."""
        return self.config.enabled and self.config.asks_for_cuda_graphs

    @property
    def offline(self) -> bool:
        """Say whether the hub may not be asked for models."""
        value = self.variables.get("HF_HUB_OFFLINE") or self.variables.get("TRANSFORMERS_OFFLINE")
        return (value or "").upper() in TRUE_FOR_THE_HUB


def relevant(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that the rules look at; nobody's passwords are among them."""
    return {
        name: value for name, value in environment.items() if name.startswith(RELEVANT_PREFIXES)
    }
