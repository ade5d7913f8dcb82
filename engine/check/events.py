"""The events of the check."""

from dataclasses import dataclass

from engine.base.findings import Finding
from engine.results.shape_plan import ShapePlan
from engine.runtime.events import Event


@dataclass(frozen=True, slots=True)
class ShapesPlanned(Event):
    """The batches of the series were planned.

    Attributes:
        plan: The plan.
    """

    plan: ShapePlan


@dataclass(frozen=True, slots=True)
class Checked(Event):
    """The configuration was checked.

    Attributes:
        findings: Errors, warnings and advice, worst first.
    """

    findings: tuple[Finding, ...]
