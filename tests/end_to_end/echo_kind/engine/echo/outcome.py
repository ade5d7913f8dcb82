"""What an echo adds up to."""

from dataclasses import dataclass, field

from engine.echo.events import Echoed
from engine.runtime.events import Event
from engine.runtime.outcome import Outcome


@dataclass(slots=True, kw_only=True)
class EchoOutcome(Outcome):
    """The words that came back.

    Attributes:
        words: The words.
    """

    words: list[str] = field(default_factory=list)

    def handle(self, event: Event) -> bool:
        """Add an event; see `Outcome.handle`."""
        if isinstance(event, Echoed):
            self.words.append(event.word)
        return Outcome.handle(self, event)
