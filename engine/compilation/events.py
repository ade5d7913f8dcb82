"""The event of compiling ahead of time."""

from dataclasses import dataclass
from pathlib import Path

from engine.results.judgement import Status
from engine.runtime.events import Event


@dataclass(frozen=True, slots=True)
class ArtifactMade(Event):
    """The encoder was compiled and the result was validated.

    Attributes:
        folder: The folder of the artifact; None if it failed its validation and was not written.
        bytes: Size of its files together.
        seconds: Seconds that compiling took, without the validation.
        status: Status of the validation.
        verdict: Verdict of the validation.
    """

    folder: Path | None
    bytes: int
    seconds: float
    status: Status
    verdict: str
