"""What a job says while it runs: typed, frozen, picklable, and free of torch."""

from dataclasses import dataclass

from engine.base.findings import Finding
from engine.runtime.events import Event


@dataclass(frozen=True, slots=True)
class Checked(Event):
    """The configuration was judged.

    Attributes:
        findings: What is wrong or unwise, worst first.
    """

    findings: tuple[Finding, ...]
