"""The events of a measuring process."""

from dataclasses import dataclass

from engine.benchmark.calls import ScalePoint, Start
from engine.benchmark.measurements import SideFacts
from engine.benchmark.measuring.rounds import CallTiming
from engine.results.forecasts import ForecastSet
from engine.runtime.events import Event


@dataclass(frozen=True, slots=True)
class SideKnown(Event):
    """The state of a side."""

    facts: SideFacts


@dataclass(frozen=True, slots=True)
class Called(Event):
    """A timed call was made."""

    timing: CallTiming


@dataclass(frozen=True, slots=True)
class Forecasted(Event):
    """A forecast to compare with others."""

    forecast: ForecastSet


@dataclass(frozen=True, slots=True)
class Started(Event):
    """A start was measured."""

    start: Start


@dataclass(frozen=True, slots=True)
class Scaled(Event):
    """A shape was measured."""

    point: ScalePoint
