"""Every problem that reading a file can meet, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.base.findings import Finding, Severity

FEW = 5
"""Line numbers or ids that a finding shows."""

_LONGEST = 30
_ORDER = list(Severity)


@dataclass(slots=True)
class Occurrences:
    """Where one kind of problem was met: the first few positions, and how often.

    Attributes:
        count: How often.
        where: The first few positions.
    """

    count: int = 0
    where: list[str] = field(default_factory=list)

    def add(self, positions: Iterable[str]) -> None:
        """Count positions and keep the first few."""
        for position in positions:
            self.count += 1
            if len(self.where) < FEW:
                self.where.append(position)

    def extend(self, later: "Occurrences") -> None:
        """Take in the positions of a later part of the file."""
        self.count += later.count
        self.where = (self.where + later.where)[:FEW]


class FindingCollector:
    """The findings about one file, one per kind."""

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
            Finding(severity, subject or self.source, what, done, remedy, tuple(where[:FEW]))
        )

    def worst_first(self) -> tuple[Finding, ...]:
        """All findings, worst first."""
        return tuple(sorted(self._found, key=lambda one: _ORDER.index(one.severity)))


def lines(numbers: Iterable[int]) -> list[str]:
    """Line numbers as a finding shows them."""
    return [f"line {number}" for number in numbers]


def shown(text: str) -> str:
    """A text from the file, in quotes and not too long."""
    return repr(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
