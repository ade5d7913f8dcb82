"""The jobs of the check: describe the machine, and check a configuration on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from engine.config.settings import CompileConfig
from engine.data.series import SeriesSource
from engine.runtime.job import HORIZON, Job


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeMachine(Job):
    """Describe the machine that the worker runs on. Events: `MachineDescribed`."""

    runner: ClassVar[str] = "engine.check.run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Job):
    """Check a configuration and the machine; load no model.

    Events: `MachineDescribed`, `DataLoaded` and `ShapesPlanned` if there are series, `Checked`.

    Attributes:
        config: The configuration.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
        variables: The environment variables of the process that asks; the worker's own differ.
        env_file: The variables of the env file that the configuration comes from, if any.
        data: Series whose batches are planned, or the file to read them from, if any.
        horizon: Steps to forecast of them.
        ahead: Whether to report also what would hold once the configuration is compiled.
    """

    runner: ClassVar[str] = "engine.check.run"

    config: CompileConfig
    device: str = "auto"
    variables: Mapping[str, str] = field(default_factory=dict)
    env_file: Mapping[str, str] = field(default_factory=dict)
    data: SeriesSource | None = None
    horizon: int = HORIZON
    ahead: bool = False

    @property
    def configs(self) -> tuple[CompileConfig, ...]:
        """The configuration."""
        return (self.config,)
