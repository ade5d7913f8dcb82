"""What a job says while it runs: typed, frozen, picklable, and free of torch."""

from dataclasses import dataclass

from engine.runtime.events import Event
from engine.validation.report import Report, Row


@dataclass(frozen=True, slots=True)
class RowJudged(Event):
    """One check of a validation ended."""

    row: Row


@dataclass(frozen=True, slots=True)
class Validated(Event):
    """A validation is complete."""

    report: Report
