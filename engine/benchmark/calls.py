"""Timed calls and starts, as plain values."""

from dataclasses import dataclass
from enum import StrEnum

from engine.benchmark.setup import Side
from engine.results.call_split import CallSplit


class Phase(StrEnum):
    """The part of a side's life that a call belongs to."""

    FIRST = "first"
    WARM_UP = "warm-up"
    STEADY = "steady"


class CacheState(StrEnum):
    """The state of the cache folder when a process starts.

    `NONE` where nothing is compiled, `AHEAD` where the code comes from an artifact.
    """

    NONE = "none"
    COLD = "cold"
    WARM = "warm"
    AHEAD = "ahead of time"

    @property
    def suffix(self) -> str:
        """Return it as the end of a start's name, such as ", cold cache"; empty for `NONE`."""
        match self:
            case CacheState.NONE:
                return ""
            case CacheState.AHEAD:
                return ", compiled ahead of time"
        return f", {self} cache"


@dataclass(frozen=True, slots=True)
class Call:
    """One timed forecast.

    Attributes:
        side: The side.
        phase: The part of the side's life.
        round: Number of the round of four calls; -1 outside of rounds.
        number: Number of the side's call in its process, from 0.
        input: Index of the rotating input that it forecasts.
        at: Seconds from the start of the benchmark to the end of the call.
        seconds: Duration of the whole call, with the device synchronised.
        split: The parts of that duration.
        compiled: Number of graphs that torch compiled meanwhile.
    """

    side: Side
    phase: Phase
    round: int
    number: int
    input: int
    at: float
    seconds: float
    split: CallSplit
    compiled: int = 0


@dataclass(frozen=True, slots=True)
class Start:
    """The start of a fresh process, up to its steady calls.

    Attributes:
        side: The side.
        cache: State of the cache folder.
        importing: Seconds from starting the process until torch and Chronos are imported.
        loading: Seconds to load the model.
        first_call: Seconds of the first forecast, compiling included.
        compiling: Seconds of the first forecast that torch spends compiling.
        warm_up: Seconds that the calls after the first take longer than steady ones, together.
        steady: Seconds of a steady call in that process.
        peak_memory: Peak memory of the process in bytes.
        peak_gpu_memory: Its peak memory on the GPU in bytes; None without a GPU.
        fallback: Why it fell back to eager; empty if it did not.
    """

    side: Side
    cache: CacheState
    importing: float
    loading: float
    first_call: float
    compiling: float
    warm_up: float
    steady: float
    peak_memory: int
    peak_gpu_memory: int | None
    fallback: str

    @property
    def first_forecast(self) -> float:
        """Return the seconds from starting the process to the first forecast."""
        return self.importing + self.loading + self.first_call

    @property
    def spent(self) -> float:
        """Return the seconds that the start costs beyond imports, loading and steady calls."""
        return self.first_call - self.steady + self.warm_up


@dataclass(frozen=True, slots=True)
class ScalePoint:
    """The time of a side at one shape.

    Attributes:
        side: The side.
        items: Series in the batch.
        steps: Context length in steps.
        seconds: Median duration of a call.
        calls: Number of calls behind the median.
    """

    side: Side
    items: int
    steps: int
    seconds: float
    calls: int

    @property
    def per_series(self) -> float:
        """Return the seconds for each series."""
        return self.seconds / self.items
