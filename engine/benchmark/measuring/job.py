"""The jobs of a measuring process: what a benchmark asks of the processes that it times in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from engine.benchmark.measurements import Cache, Side
from engine.config.settings import CompileConfig
from engine.data.series import SeriesSet
from engine.results.forecasts import DEFAULT_QUANTILE_LEVELS
from engine.runtime.job import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What every call forecasts.

    Attributes:
        series: One batch.
        horizon: Steps to forecast.
        context_length: Longest history to look at; the model's own limit if None.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
        quantile_levels: Levels between 0 and 1.
    """

    series: SeriesSet
    horizon: int
    context_length: int | None
    device: str
    quantile_levels: tuple[float, ...] = DEFAULT_QUANTILE_LEVELS

    @property
    def seen(self) -> SeriesSet:
        """What of the series a model looks at."""
        return self.series if self.context_length is None else self.series.last(self.context_length)


@dataclass(frozen=True, slots=True, kw_only=True)
class SideJob(Job):
    """A job of a process that holds sides."""

    runner: ClassVar[str] = "engine.benchmark.measuring.sides"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareSides(SideJob):
    """Loads the models of sides. Events: `SideKnown` for each."""

    sides: Mapping[Side, CompileConfig]
    workload: Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSide(SideJob):
    """Makes one timed call. Events: `Called`."""

    side: Side
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeSide(SideJob):
    """Says what is known of a side now. Events: `SideKnown`."""

    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastSide(SideJob):
    """Forecasts the input as it is, with all of the model's levels. Events: `Forecasted`."""

    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastEagerly(SideJob):
    """Forecasts the input by a side's model, not compiled. Events: `Forecasted`.

    Attributes:
        side: Who.
        exact: Whether in float64.
    """

    side: Side
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeStart(Job):
    """Starts a side in this process, which was started for it. Events: `Started`.

    Attributes:
        config: The side's configuration.
        side: Who.
        cache: What the folder of compiled code holds.
        workload: What to forecast.
        spawned: When the process was started, as `time.time` gives it.
    """

    runner: ClassVar[str] = "engine.benchmark.measuring.start"

    config: CompileConfig
    side: Side
    cache: Cache
    workload: Workload
    spawned: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleSide(SideJob):
    """Times a side at another shape. Events: `Scaled`.

    Attributes:
        side: Who.
        items: Series in the batch.
        steps: Context length.
        seconds: How long to go on for, the first calls left out.
    """

    side: Side
    items: int
    steps: int
    seconds: float
