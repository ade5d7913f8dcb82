"""What a job says while it runs: typed, frozen, picklable, and free of torch."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

# Whoever only tells events apart, such as a window that starts, needs none of what they carry.
if TYPE_CHECKING:
    from engine.validation.report import Report, Row
from engine.runtime.events import Event


@dataclass(frozen=True, slots=True)
class RowJudged(Event):
    """One check of a validation ended."""

    row: Row


@dataclass(frozen=True, slots=True)
class Validated(Event):
    """A validation is complete."""

    report: Report
