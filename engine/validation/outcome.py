"""What a validation adds up to."""

from collections import Counter
from dataclasses import dataclass, field

from engine.results.judgement import Status
from engine.runtime.events import Event
from engine.runtime.outcome import Outcome
from engine.validation.events import CheckEnded, Validated
from engine.validation.report import CheckResult, Report


@dataclass(slots=True, kw_only=True)
class ValidationOutcome(Outcome):
    """The results of checks, and the report once it is complete.

    Attributes:
        results: How every check ended so far, in order.
        report: The report; None before the end, and if the job was stopped or failed.
    """

    results: list[CheckResult] = field(default_factory=list)
    report: Report | None = None

    def handle(self, event: Event) -> bool:
        """Add an event; see `Outcome.handle`."""
        match event:
            case CheckEnded(result):
                self.results.append(result)
            case Validated(report):
                self.report = report
        return Outcome.handle(self, event)

    @property
    def counts(self) -> Counter[Status]:
        """Number of checks by status, so far."""
        return Counter(result.status for result in self.results)
