"""The jobs that a benchmark sends to its measuring processes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from engine.benchmark.calls import CacheState
from engine.benchmark.setup import Side
from engine.config.settings import CompileConfig
from engine.data.series import SeriesSet
from engine.results.forecasts import DEFAULT_QUANTILE_LEVELS
from engine.runtime.job import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """The forecast that every call makes.

    Attributes:
        series: The series.
        horizon: Steps to forecast.
        context_length: Most steps of history that a side reads.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
        quantile_levels: Levels between 0 and 1.
    """

    series: SeriesSet
    horizon: int
    context_length: int
    device: str
    quantile_levels: tuple[float, ...] = DEFAULT_QUANTILE_LEVELS

    @property
    def seen(self) -> SeriesSet:
        """Return the series, cut to what a side reads."""
        return self.series.last(self.context_length)


@dataclass(frozen=True, slots=True, kw_only=True)
class SideJob(Job):
    """A job of a process that holds sides."""

    runner: ClassVar[str] = "engine.benchmark.measuring.run"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareSides(SideJob):
    """Load the models of sides. Events: a `SideKnown` for each."""

    sides: Mapping[Side, CompileConfig]
    workload: Workload

    @property
    def compiles(self) -> bool:
        """Say whether torch compiles in the process."""
        return any(config.enabled for config in self.sides.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSide(SideJob):
    """Make one timed call. Events: `Called`.

    Attributes:
        side: The side.
        input: Which of the rotating inputs to forecast.
    """

    side: Side
    input: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeSide(SideJob):
    """Report the state of a side. Events: `SideKnown`."""

    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastSide(SideJob):
    """Forecast the first input with all quantile levels of the model. Events: `Forecasted`."""

    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastEagerly(SideJob):
    """Forecast the first input by a side's model, not compiled. Events: `Forecasted`.

    Attributes:
        side: The side.
        exact: Whether to forecast in float64.
    """

    side: Side
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeStart(Job):
    """Start a side in this fresh process, up to its steady state. Events: `Started`.

    Attributes:
        config: The side's configuration.
        side: The side.
        cache: What the folder of compiled code holds.
        workload: The forecast to make.
        spawned: When the process was started, on the clock of `time.time`.
    """

    runner: ClassVar[str] = "engine.benchmark.measuring.start"

    config: CompileConfig
    side: Side
    cache: CacheState
    workload: Workload
    spawned: float

    @property
    def compiles(self) -> bool:
        """Say whether torch compiles in the process."""
        return self.config.enabled


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleSide(SideJob):
    """Time a side at another shape. Events: `Scaled`.

    Attributes:
        side: The side.
        items: Series in the batch.
        steps: Context length in steps.
        seconds: Seconds of timing, first calls not counted.
    """

    side: Side
    items: int
    steps: int
    seconds: float
