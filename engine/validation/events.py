"""The events of the validation."""

from dataclasses import dataclass

from engine.runtime.events import Event
from engine.validation.report import CheckResult, Report


@dataclass(frozen=True, slots=True)
class CheckEnded(Event):
    """One check ended."""

    result: CheckResult


@dataclass(frozen=True, slots=True)
class Validated(Event):
    """The validation is complete."""

    report: Report
