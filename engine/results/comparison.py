"""What the engine found out, as plain values: no torch, picklable, fit for JSON."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far two forecasts of the same series are apart.

    Relative figures are divided by the scale of the series that they belong to.

    Attributes:
        compared: Number of values that are finite in both forecasts; the figures are over
            these, and NaN if there are none.
        left_out: Number of values that are not.
        max_absolute: Largest difference.
        mean_absolute: Mean difference.
        max_relative: Largest difference in units of the series' scale.
        mean_relative: Mean difference in units of the series' scale.
        worst_item: Item of the largest relative difference.
        worst_target: Its target.
        missing_agree: Whether both are non-finite in the same places.
    """

    compared: int
    left_out: int
    max_absolute: float
    mean_absolute: float
    max_relative: float
    mean_relative: float
    worst_item: str
    worst_target: str
    missing_agree: bool
