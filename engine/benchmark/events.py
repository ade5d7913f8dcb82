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
    """The setup of the benchmark is known."""

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
    """The speed of B relative to A was estimated; at most ten times a second."""

    speed: Interval


@dataclass(frozen=True, slots=True)
class SideDescribed(Event):
    """The state of a side is known, and replaces its earlier state."""

    facts: SideFacts


@dataclass(frozen=True, slots=True)
class OutputCompared(Event):
    """A side's forecast was compared with eager."""

    check: OutputCheck


@dataclass(frozen=True, slots=True)
class RoundsEnded(Event):
    """The rounds are over.

    Attributes:
        why: Why they ended, as part of a sentence.
        conditions: The machine during the rounds.
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
