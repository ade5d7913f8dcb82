"""Collect findings and their locations while a file is read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.base import escaping
from engine.base.findings import Finding, Severity

MAX_LOCATIONS = 5
"""Number of lines or ids that a finding shows."""

_MAX_TEXT = 30
_ORDER = list(Severity)


@dataclass(slots=True)
class Occurrences:
    """The number of occurrences of a problem, and the first few locations.

    Attributes:
        count: Number of occurrences.
        where: The first few locations.
    """

    count: int = 0
    where: list[str] = field(default_factory=list)

    def add(self, locations: Iterable[str]) -> None:
        """Count occurrences, and keep the first few locations."""
        for location in locations:
            self.count += 1
            if len(self.where) < MAX_LOCATIONS:
                self.where.append(location)

    def extend(self, later: "Occurrences") -> None:
        """Add the occurrences in a later part of the file."""
        self.count += later.count
        self.where = (self.where + later.where)[:MAX_LOCATIONS]


class FindingCollector:
    """A collector of the findings about one file, one per kind of problem."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._found: list[Finding] = []

    def add(  # noqa: PLR0913
        self,
        severity: Severity,
        what: str,
        done: str = "",
        remedy: str = "",
        *,
        subject: str = "",
        where: Sequence[str] = (),
    ) -> None:
        """Add one finding."""
        self._found.append(
            Finding(
                severity, subject or self.source, what, done, remedy, tuple(where[:MAX_LOCATIONS])
            )
        )

    def worst_first(self) -> tuple[Finding, ...]:
        """Return all findings, worst first."""
        return tuple(sorted(self._found, key=lambda one: _ORDER.index(one.severity)))


def lines(numbers: Iterable[int]) -> list[str]:
    """Format line numbers for a finding."""
    return [f"line {number}" for number in numbers]


def it_or_they(count: int) -> str:
    """Return the start of a sentence about some things: "It is" or "They are"."""
    return "It is" if count == 1 else "They are"


def list_names(names: Sequence[str], most: int = MAX_LOCATIONS) -> str:
    """List column names in quotes, and count the rest."""
    shown = ", ".join(escaping.quoted(name) for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def quoted(text: str) -> str:
    """Quote a text from the file, and shorten it if needed."""
    return escaping.quoted(text, _MAX_TEXT)
