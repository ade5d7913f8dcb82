"""The outcome of a job, folded from its events, for the command line, the window and scripts."""

from dataclasses import dataclass, field
from typing import TypeVar

from engine.base.findings import Finding
from engine.data.series import SeriesSet
from engine.results.machine import MachineDescription
from engine.results.model import ModelDescription
from engine.runtime import events

Entry = TypeVar("Entry")


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a job has reported so far.

    Each kind of job has a subclass that adds what its own events say.

    Attributes:
        series: The series, if they were read from a file.
        machine: The machine, once it was described.
        model: The model that was loaded last.
        findings: Warnings and advice about the run, each once, in order.
        fallbacks: Why compilation was given up, full sentences, each once.
        small_values: What the small-value policy changed, each once.
        ending: How the job ended; None while it runs.
    """

    series: SeriesSet | None = None
    machine: MachineDescription | None = None
    model: ModelDescription | None = None
    findings: list[Finding] = field(default_factory=list)
    fallbacks: list[str] = field(default_factory=list)
    small_values: list[events.SmallValuesChanged] = field(default_factory=list)
    ending: events.Ending | None = None

    def handle(self, event: events.Event) -> bool:
        """Add an event.

        Returns:
            Whether the event is new. A finding that both sides of a comparison report counts once.
        """
        match event:
            case events.DataLoaded(series):
                self.series = series
            case events.MachineDescribed(machine):
                self.machine = machine
            case events.ModelLoaded(model):
                self.model = model
            case events.FindingReported(finding):
                return _add(self.findings, finding)
            case events.FellBack(cause):
                return _add(self.fallbacks, cause)
            case events.SmallValuesChanged():
                return _add(self.small_values, event)
            case events.Finished() | events.Stopped() | events.Failed():
                self.ending = event
        return True

    @property
    def failure(self) -> events.Failed | None:
        """Return how the job failed; None if it did not."""
        return self.ending if isinstance(self.ending, events.Failed) else None


def _add(entries: list[Entry], entry: Entry) -> bool:
    if entry in entries:
        return False
    entries.append(entry)
    return True
