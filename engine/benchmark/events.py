"""The events of the benchmark."""

from dataclasses import dataclass

from engine.benchmark.calls import Call, ScalePoint, Start
from engine.benchmark.conditions import Conditions, Energy
from engine.benchmark.judging.statistics import Interval
from engine.benchmark.judging.summary import Summary
from engine.benchmark.judging.verdict import Verdict
from engine.benchmark.measurements import OutputCheck, SideFacts
from engine.benchmark.setup import Setup
from engine.runtime.events import Event


@dataclass(frozen=True, slots=True)
class BenchmarkBegan(Event):
    """The benchmark knows what it compares."""

    setup: Setup


@dataclass(frozen=True, slots=True)
class StartMeasured(Event):
    """A fresh process reached its first forecast."""

    start: Start


@dataclass(frozen=True, slots=True)
class CallTimed(Event):
    """A call was timed."""

    call: Call


@dataclass(frozen=True, slots=True)
class SpeedEstimated(Event):
    """The speed of B relative to A so far; at most ten estimates a second."""

    speed: Interval


@dataclass(frozen=True, slots=True)
class SideDescribed(Event):
    """The state of a side; it replaces the one before."""

    facts: SideFacts


@dataclass(frozen=True, slots=True)
class OutputCompared(Event):
    """A side's forecast was compared with eager."""

    check: OutputCheck


@dataclass(frozen=True, slots=True)
class RoundsEnded(Event):
    """A and B were timed in alternation.

    Attributes:
        why: Why it stopped, for people.
        conditions: The machine meanwhile.
    """

    why: str
    conditions: Conditions


@dataclass(frozen=True, slots=True)
class EnergyMeasured(Event):
    """The energy of a side's calls was measured."""

    energy: Energy


@dataclass(frozen=True, slots=True)
class ShapeMeasured(Event):
    """A side was timed at another shape."""

    point: ScalePoint


@dataclass(frozen=True, slots=True)
class Benchmarked(Event):
    """The benchmark is complete."""

    summary: Summary
    verdict: Verdict
