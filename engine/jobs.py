"""What can be asked of the engine: typed, frozen, picklable, and free of torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.config import CompileConfig
from engine.data import ReadOptions
from engine.data.series import SeriesSet
from engine.forecasts import DEFAULT_QUANTILE_LEVELS


@dataclass(frozen=True, slots=True)
class CsvSource:
    """Series to be read from a file."""

    path: Path
    options: ReadOptions = field(default_factory=ReadOptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Anything that can be asked.

    Attributes:
        config: How the model is run; also decides the worker's process-level variables.
    """

    config: CompileConfig

    @property
    def compiles(self) -> bool:
        """Whether torch will compile."""
        return False


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
    """

    device: str = "auto"
    environment: Mapping[str, str] = field(default_factory=dict)
    env_file: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast(Job):
    """Forecasts series.

    Events: `DataLoaded` if the series come from a file, `ModelLoaded`, `ForecastReady`, and
    with `compare` a second `ForecastReady` and, unless both turned out eager, `Compared`.

    Attributes:
        data: The series, or where to read them.
        horizon: Steps to forecast.
        quantile_levels: Levels between 0 and 1, ascending.
        context_length: Longest history to look at, in steps; the model's own limit if None.
        batch_size: Most rows (targets and covariates) that go through the model together.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
        compare: Whether to run the other mode too, eager or compiled, and compare them.
    """

    data: SeriesSet | CsvSource
    horizon: int
    quantile_levels: tuple[float, ...] = DEFAULT_QUANTILE_LEVELS
    context_length: int | None = None
    batch_size: int = 64
    device: str = "auto"
    compare: bool = False

    @property
    def compiles(self) -> bool:
        """Whether torch will compile."""
        return self.config.enabled or self.compare
