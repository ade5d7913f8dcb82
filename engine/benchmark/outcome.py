"""The parent's copy of a run, folded from events: what was measured survives whoever measured."""

import dataclasses

from engine.benchmark.events import (
    BenchmarkBegan,
    Benchmarked,
    EnergyMeasured,
    OutputCompared,
    SampleTaken,
    SamplingEnded,
    ShapeMeasured,
    SideDescribed,
    StartMeasured,
)
from engine.benchmark.measurements import Run, Sample
from engine.runtime import events


class Recording:
    """Folds a benchmark's events into a run."""

    def __init__(self) -> None:
        self._run: Run | None = None
        self._samples: list[Sample] = []
        self._machine: events.MachineDescribed | None = None

    @property
    def run(self) -> Run | None:
        """What was measured so far; None before it is known what is measured."""
        if self._run is None:
            return None
        return dataclasses.replace(self._run, samples=tuple(self._samples))

    def take(self, event: events.Event) -> None:
        """Takes note of an event; of others than a benchmark's, none."""
        if isinstance(event, BenchmarkBegan):
            self._run = Run(event.setup)
            if self._machine is not None:
                self.take(self._machine)
        elif isinstance(event, events.MachineDescribed) and self._run is None:
            self._machine = event
        elif isinstance(event, SampleTaken):
            self._samples.append(event.sample)
        elif self._run is not None:
            self._run = folded(self._run, event)


def folded(run: Run, event: events.Event) -> Run:  # noqa: PLR0911 - one return for each kind
    """A run with what an event adds to it."""
    match event:
        case events.MachineDescribed(machine):
            return dataclasses.replace(run, machine=machine)
        case StartMeasured(start):
            return dataclasses.replace(run, starts=(*run.starts, start))
        case SideDescribed(facts):
            others = (one for one in run.facts if one.side is not facts.side)
            return dataclasses.replace(run, facts=(*others, facts))
        case OutputCompared(check):
            return dataclasses.replace(run, outputs=(*run.outputs, check))
        case SamplingEnded(why, conditions):
            return dataclasses.replace(run, ended=why, conditions=conditions)
        case EnergyMeasured(energy):
            return dataclasses.replace(run, energy=(*run.energy, energy))
        case ShapeMeasured(point):
            return dataclasses.replace(run, scaling=(*run.scaling, point))
        case events.Failed(sentence=sentence):
            return dataclasses.replace(run, failure=sentence)
        case Benchmarked():
            return dataclasses.replace(run, complete=True)
    return run
