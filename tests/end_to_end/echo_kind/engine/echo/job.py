"""The job of the echo."""

from dataclasses import dataclass
from typing import ClassVar

from engine.runtime.job import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo(Job):
    """Repeat a word. Events: one `Echoed` each time.

    Attributes:
        word: The word.
        times: How often.
    """

    runner: ClassVar[str] = "engine.echo.run"

    word: str
    times: int = 3
