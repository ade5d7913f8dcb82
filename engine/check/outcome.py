"""The outcome of a check, folded from its events."""

from dataclasses import dataclass

from engine.base.findings import Finding
from engine.check.events import Checked, ShapesPlanned
from engine.results.shape_plan import ShapePlan
from engine.runtime.events import Event
from engine.runtime.outcome import Outcome


@dataclass(slots=True, kw_only=True)
class CheckOutcome(Outcome):
    """The machine, and the findings about a configuration on it.

    Attributes:
        checked: Errors, warnings and advice, worst first; None before the check has ended.
        plan: The batches of the series; None without series, or without the model's files.
    """

    checked: tuple[Finding, ...] | None = None
    plan: ShapePlan | None = None

    def handle(self, event: Event) -> bool:
        """Add an event; see `Outcome.handle`."""
        match event:
            case Checked():
                self.checked = event.findings
            case ShapesPlanned():
                self.plan = event.plan
        return Outcome.handle(self, event)
