"""The event of the echo."""

from dataclasses import dataclass

from engine.runtime.events import Event


@dataclass(frozen=True, slots=True)
class Echoed(Event):
    """The word came back once.

    Attributes:
        word: The word.
    """

    word: str
