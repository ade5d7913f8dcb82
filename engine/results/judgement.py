"""What a validation found, as plain values: no torch, picklable."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a check ended, from worst to best.

    `NOTED` is a figure that is told and not judged; it counts neither for nor against.
    """

    FAIL = "fail"
    WARN = "warn"
    NOT_RUN = "not run"
    PASS = "pass"  # noqa: S105
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far eager and the configuration are apart, and each from the truth.

    Relative figures are in units of scale (`judging.scales_of`). The truth is eager in float64.
    The worst item is the one furthest beyond what is allowed for it; where all are within, the one
    with the largest difference.

    Attributes:
        mean_absolute: Mean |configured - eager| over all items, the guide's MAE.
        relative_mean: The same over the mean of |eager|.
        max_relative: Largest |configured - eager| of the worst item, relative.
        allowed: What is allowed for it.
        eager_error: Its largest |eager - truth|, relative.
        configured_error: Its largest |configured - truth|, relative.
        missing_agree: Whether NaN and infinity stand in the same places, in all items.
        new_crossings: Pairs of neighbouring quantiles that the configuration, and not rounding,
            put in the wrong order.
        worst_item: The worst item.
        worst_target: Its target with the largest difference.
    """

    mean_absolute: float
    relative_mean: float
    max_relative: float
    allowed: float
    eager_error: float
    configured_error: float
    missing_agree: bool
    new_crossings: int
    worst_item: str
    worst_target: str

    @property
    def nearer(self) -> str:
        """Which of the two is nearer to the truth: "eager", "configured" or "neither"."""
        if self.eager_error == self.configured_error:
            return "neither"
        return "eager" if self.eager_error < self.configured_error else "configured"
