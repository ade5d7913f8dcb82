"""What a job says while it runs: typed, frozen, picklable, and free of torch."""

from dataclasses import dataclass

from engine.benchmark.judging.statistics import Interval
from engine.benchmark.judging.summary import Summary
from engine.benchmark.judging.verdict import Verdict
from engine.benchmark.measurements import (
    Conditions,
    Energy,
    OutputCheck,
    Sample,
    ScalePoint,
    Setup,
    SideFacts,
    Start,
)
from engine.runtime.events import Event


@dataclass(frozen=True, slots=True)
class BenchmarkBegan(Event):
    """A benchmark knows what it compares."""

    setup: Setup


@dataclass(frozen=True, slots=True)
class StartMeasured(Event):
    """A fresh process came to its first forecast."""

    start: Start


@dataclass(frozen=True, slots=True)
class SampleTaken(Event):
    """A call was timed."""

    sample: Sample


@dataclass(frozen=True, slots=True)
class SpeedEstimated(Event):
    """The speed of B relative to A, as it looks so far; at most ten a second."""

    speed: Interval


@dataclass(frozen=True, slots=True)
class SideDescribed(Event):
    """What is known of a side, in the place of what was known before."""

    facts: SideFacts


@dataclass(frozen=True, slots=True)
class OutputCompared(Event):
    """A side's forecast was compared with an eager one."""

    check: OutputCheck


@dataclass(frozen=True, slots=True)
class SamplingEnded(Event):
    """A and B have taken their turns.

    Attributes:
        why: What ended it, for people.
        conditions: The machine meanwhile.
    """

    why: str
    conditions: Conditions


@dataclass(frozen=True, slots=True)
class EnergyMeasured(Event):
    """The energy of a side's calls is known."""

    energy: Energy


@dataclass(frozen=True, slots=True)
class ShapeMeasured(Event):
    """A side was timed at another shape."""

    point: ScalePoint


@dataclass(frozen=True, slots=True)
class Benchmarked(Event):
    """A benchmark is complete."""

    summary: Summary
    verdict: Verdict
