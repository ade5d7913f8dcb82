"""The jobs of the check: describe the machine, and check a configuration on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from engine.config.settings import CompileConfig
from engine.runtime.job import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeMachine(Job):
    """Describe the machine that the worker runs on. Events: `MachineDescribed`."""

    runner: ClassVar[str] = "engine.check.run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Job):
    """Check a configuration and the machine; load no model.

    Events: `MachineDescribed`, `Checked`.

    Attributes:
        config: The configuration.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
        variables: The environment variables of the process that asks; the worker's own differ.
        env_file: The variables of the env file that the configuration comes from, if any.
        ahead: Whether to report also what would hold once the configuration is compiled.
    """

    runner: ClassVar[str] = "engine.check.run"

    config: CompileConfig
    device: str = "auto"
    variables: Mapping[str, str] = field(default_factory=dict)
    env_file: Mapping[str, str] = field(default_factory=dict)
    ahead: bool = False

    @property
    def configs(self) -> tuple[CompileConfig, ...]:
        """The configuration."""
        return (self.config,)
