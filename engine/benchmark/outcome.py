"""The outcome of a benchmark, complete or not: its events folded into a run, and judged."""

import dataclasses
from dataclasses import dataclass, field

from engine.benchmark import events
from engine.benchmark.calls import Call
from engine.benchmark.judging.statistics import Interval
from engine.benchmark.judging.summary import Summary, summarise
from engine.benchmark.judging.verdict import Verdict, judge
from engine.benchmark.measurements import Run
from engine.benchmark.setup import Setup
from engine.runtime.events import Event, Failed, MachineDescribed
from engine.runtime.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate during the run of the speed of B relative to A.

    Attributes:
        at: Seconds from the start of the benchmark to the last call before it.
        speed: The ratio and its interval.
    """

    at: float
    speed: Interval


@dataclass(frozen=True, slots=True)
class Judged:
    """A run with its figures and its verdict."""

    run: Run
    summary: Summary
    verdict: Verdict

    @classmethod
    def of(cls, run: Run) -> "Judged":
        """Judge a run, complete or not."""
        summary = summarise(run)
        return cls(run, summary, judge(run, summary))


@dataclass(slots=True, kw_only=True)
class BenchmarkOutcome(Outcome):
    """The result of a benchmark so far.

    The parent rebuilds the run from the events, so a crash of the worker loses no call.

    Attributes:
        calls: All calls, in order.
        estimates: The estimates of the ratio, in order.
        judged: The complete run with its verdict; None before its end.
    """

    calls: list[Call] = field(default_factory=list)
    estimates: list[Estimate] = field(default_factory=list)
    judged: Judged | None = None
    _run: Run | None = None

    def handle(self, event: Event) -> bool:
        """Add an event; see `Outcome.handle`."""
        is_new = Outcome.handle(self, event)
        match event:
            case events.BenchmarkBegan(setup):
                self._run = Run(setup, machine=self.machine)
            case events.CallTimed(call):
                self.calls.append(call)
            case events.SpeedEstimated(speed):
                self.estimates.append(Estimate(self.calls[-1].at if self.calls else 0.0, speed))
            case _ if self._run is not None:
                self._run = _with(self._run, event)
        if isinstance(event, events.Benchmarked) and self.run is not None:
            self.judged = Judged(self.run, event.summary, event.verdict)
        return is_new

    @property
    def setup(self) -> Setup | None:
        """Return what is compared; None before the benchmark has begun."""
        return None if self._run is None else self._run.setup

    @property
    def run(self) -> Run | None:
        """Return everything measured so far; None before the benchmark has begun."""
        if self._run is None:
            return None
        return dataclasses.replace(self._run, calls=tuple(self.calls))

    @property
    def measured(self) -> bool:
        """Return whether anything was measured that is worth keeping."""
        return bool(self.calls) or (self._run is not None and bool(self._run.starts))

    def judge(self) -> Judged | None:
        """Judge what was measured, complete or not; return None if nothing was."""
        if self.judged is not None:
            return self.judged
        run = self.run
        return None if run is None or not self.measured else Judged.of(run)


def _with(run: Run, event: Event) -> Run:  # noqa: PLR0911 - one return for each kind
    """Return a run with what an event adds to it."""
    match event:
        case MachineDescribed(machine):
            return dataclasses.replace(run, machine=machine)
        case events.StartMeasured(start):
            return dataclasses.replace(run, starts=(*run.starts, start))
        case events.SideDescribed(facts):
            others = (one for one in run.facts if one.side is not facts.side)
            return dataclasses.replace(run, facts=(*others, facts))
        case events.OutputCompared(check):
            return dataclasses.replace(run, outputs=(*run.outputs, check))
        case events.RoundsEnded(why, conditions):
            return dataclasses.replace(run, ended=why, conditions=conditions)
        case events.EnergyMeasured(energy):
            return dataclasses.replace(run, energy=(*run.energy, energy))
        case events.ShapeMeasured(point):
            return dataclasses.replace(run, scaling=(*run.scaling, point))
        case Failed(sentence=sentence):
            return dataclasses.replace(run, failure=sentence)
        case events.Benchmarked():
            return dataclasses.replace(run, complete=True)
    return run
