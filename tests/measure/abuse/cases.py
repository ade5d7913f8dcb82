"""Cases: a seed, and what is made and done with it."""

from collections.abc import Iterator
from dataclasses import dataclass

SETTINGS_FROM = 500_000
"""Seeds modulo a million from here on are settings, those before are files."""

COMMAND_EVERY = {"file": 400, "settings": 100}
"""One case in so many goes through the installed command."""


@dataclass(frozen=True, slots=True)
class Case:
    """One file or env file.

    Attributes:
        seed: Decides about everything.
    """

    seed: int

    @property
    def subject(self) -> str:
        """Return "file" or "settings"."""
        return "settings" if self.seed % 1_000_000 >= SETTINGS_FROM else "file"

    @property
    def by_command(self) -> bool:
        """Say whether the installed command reads it, in a process of its own."""
        every = COMMAND_EVERY[self.subject]
        return self.seed % every == every - 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a case.

    Attributes:
        case: The case.
        kind: What was made, for people.
        end: "result", "sentence" or "failure".
        detail: What failed, in a line.
        trace: The traceback, or the messages of the command.
        seconds: How long it took.
        peak: Bytes of memory that it took.
    """

    case: Case
    kind: str
    end: str
    detail: str = ""
    trace: str = ""
    seconds: float = 0.0
    peak: int = 0


def make_cases(seed: int, files: int, settings: int) -> Iterator[Case]:
    """Yield the cases of a run."""
    base = 1_000_000 * seed
    yield from map(Case, range(base, base + files))
    yield from map(Case, range(base + SETTINGS_FROM, base + SETTINGS_FROM + settings))
