"""Judgements: how a comparison or a check ended."""

from dataclasses import dataclass
from enum import StrEnum

from engine.results.limits import DEVIATIONS


class Status(StrEnum):
    """How a check ended, from worst to best.

    `NOTED` marks a figure that is reported, not checked. It does not change a verdict.
    """

    FAIL = "fail"
    WARN = "warn"
    NOT_RUN = "not run"
    PASS = "pass"  # noqa: S105
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a comparison of forecasts ended.

    Attributes:
        status: How it ended.
        sentence: Why, a full sentence with the figure and the limit that decided.
        figure: That figure.
        limit: That limit.
        unit: The unit of both.
    """

    status: Status
    sentence: str
    figure: float
    limit: float
    unit: str = DEVIATIONS
