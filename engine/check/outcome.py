"""The outcome of a check, folded from its events."""

from dataclasses import dataclass

from engine.base.findings import Finding
from engine.check.events import Checked
from engine.runtime.events import Event
from engine.runtime.outcome import Outcome


@dataclass(slots=True, kw_only=True)
class CheckOutcome(Outcome):
    """The machine, and the findings about a configuration on it.

    Attributes:
        checked: Errors, warnings and advice, worst first; None before the check has ended.
    """

    checked: tuple[Finding, ...] | None = None

    def handle(self, event: Event) -> bool:
        """Add an event; see `Outcome.handle`."""
        if isinstance(event, Checked):
            self.checked = event.findings
        return Outcome.handle(self, event)
