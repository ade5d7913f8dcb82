"""The outcome of compiling ahead of time, folded from its events."""

from dataclasses import dataclass

from engine.compilation.events import ArtifactMade
from engine.runtime.events import Event
from engine.runtime.outcome import Outcome


@dataclass(slots=True, kw_only=True)
class CompilationOutcome(Outcome):
    """What was compiled.

    Attributes:
        made: The result; None before the end.
    """

    made: ArtifactMade | None = None

    def handle(self, event: Event) -> bool:
        """Add an event; see `Outcome.handle`."""
        if isinstance(event, ArtifactMade):
            self.made = event
        return Outcome.handle(self, event)
