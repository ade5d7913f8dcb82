"""What can be asked of the engine: typed, frozen, picklable, and free of torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.runtime.job import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeMachine(Job):
    """Says what the worker runs on. Events: `MachineDescribed`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Job):
    """Judges the configuration and the machine, and loads no model.

    Events: `MachineDescribed`, `Checked`.

    Attributes:
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
        environment: The asker's environment variables; the worker's own are not quite the same.
        env_file: The variables of the env file that the configuration comes from, if there is one.
        ahead: Whether to say of a configuration that is not compiled what would hold if it were.
    """

    device: str = "auto"
    environment: Mapping[str, str] = field(default_factory=dict)
    env_file: Mapping[str, str] = field(default_factory=dict)
    ahead: bool = False
