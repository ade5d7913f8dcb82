"""The event of the check."""

from dataclasses import dataclass

from engine.base.findings import Finding
from engine.runtime.events import Event


@dataclass(frozen=True, slots=True)
class Checked(Event):
    """The configuration was checked.

    Attributes:
        findings: Errors, warnings and advice, worst first.
    """

    findings: tuple[Finding, ...]
