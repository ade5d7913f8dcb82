"""Result of comparing two forecasts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comparison:
    """Differences between two forecasts of the same series.

    Relative figures are in the units that `differences.compare` was given.

    Attributes:
        compared: Number of values that are finite in both forecasts. The figures cover these
            values, and are NaN if there are none.
        left_out: Number of other values.
        max_absolute: Largest difference.
        mean_absolute: Mean difference.
        max_relative: Largest relative difference.
        mean_relative: Mean relative difference.
        worst_item: Item of the largest relative difference.
        worst_target: Target of the largest relative difference.
        missing_agree: Whether NaN and infinity are in the same positions in both.
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
