"""What a job says while it runs: typed, frozen, picklable, and free of torch."""

from dataclasses import dataclass

from engine.runtime.events import Event
from engine.validation.report import CheckResult, Report


@dataclass(frozen=True, slots=True)
class CheckEnded(Event):
    """One check of a validation ended."""

    row: CheckResult


@dataclass(frozen=True, slots=True)
class Validated(Event):
    """A validation is complete."""

    report: Report
