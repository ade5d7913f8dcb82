"""Preprocess rows: apply the small-value policy, and fit values to float32."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

SMALL = 1e-3
"""Limit of the compile guide: a nonzero magnitude below it is a small value."""

LARGEST_EXPONENT = 500
"""Largest exponent for which the product of two powers of two fits float64."""

LARGEST_SAFE_EXPONENT = 50
"""Between 2**-50 and 2**50, squares and their sums fit float32."""

LARGEST_LEVEL = 1000.0
"""Largest ratio of level to variation; above it, float32 loses 0.0001 of the variation."""

Policy = Literal["clamp", "rescale", "keep"]
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TreatedRows:
    """Preprocessed rows: (original - offset) * factor.

    Attributes:
        history: Shape (rows, length).
        future: Shape (rows, horizon), the known future of covariates, NaN elsewhere.
        factors: Shape (rows,), powers of two.
        offsets: Shape (rows,), in the units of the original.
        changed: Number of values that the small-value policy altered, shape (rows,).
    """

    history: Values
    future: Values
    factors: Values
    offsets: Values
    changed: NDArray[np.int64]

    def undo(self, forecast: Values, rows: NDArray[np.int64]) -> Values:
        """Return a forecast in the units of the original rows.

        Args:
            forecast: Shape (forecast rows, horizon, quantile levels).
            rows: The rows that it forecasts, shape (forecast rows,).
        """
        return forecast / self.factors[rows, None, None] + self.offsets[rows, None, None]


def treat(policy: Policy, history: Values, future: Values) -> TreatedRows:
    """Apply the small-value policy to rows, then fit them to float32.

    Args:
        policy: Policy for small values.
        history: Shape (rows, length); NaN and infinity are missing values.
        future: Shape (rows, horizon); NaN is unknown.
    """
    # Most rows need no change and keep their exact values.
    length = history.shape[1]
    both = np.concatenate([history, future], axis=1)
    both = np.where(np.isfinite(both), both, np.nan)
    both, lifts, changed = treat_small_values(policy, both)
    both, factors, offsets = fit_float32(both)
    return TreatedRows(
        both[:, :length], both[:, length:], factors * lifts, offsets / lifts, changed
    )


def treat_small_values(policy: Policy, rows: Values) -> tuple[Values, Values, NDArray[np.int64]]:
    """Apply the small-value policy.

    `clamp` sets small values to zero. `rescale` lifts each row that has small values, and no
    value of 1 or more, by the power of two that brings its largest value into [0.5, 1).
    Chronos-2 normalises every row, so dividing its forecast by the same power gives the
    forecast of the untouched row.

    Args:
        policy: Policy for small values.
        rows: Shape (rows, steps).

    Returns:
        The rows, the factor of each, and the number of values altered in each.
    """
    factors, nothing = np.ones(len(rows)), np.zeros(len(rows), dtype=np.int64)
    if policy == "keep":
        return rows, factors, nothing
    small = is_small(rows)
    if not small.any():
        return rows, factors, nothing
    if policy == "clamp":
        return np.where(small, 0.0, rows), factors, small.sum(axis=1)
    _, exponents = np.frexp(_largest_magnitude(rows))
    lifted = small.any(axis=1) & (exponents < 0)
    factors[lifted] = _power_of_two(-exponents[lifted])
    changed = np.where(lifted, np.isfinite(rows).sum(axis=1), 0)
    return rows * factors[:, None], factors, changed


def fit_float32(rows: Values) -> tuple[Values, Values, Values]:
    """Fit rows to the range and the resolution of float32, the dtype of the model.

    A power of two scales a row whose squares would overflow or underflow. A row whose level is
    far larger than its variation loses its mean, because rounding would hide the variation.
    Chronos-2 standardizes every row, so neither step changes the forecast beyond the digits
    that float32 would lose.

    Args:
        rows: Shape (rows, steps).

    Returns:
        The rows, and the factor and the offset of each: rows = (original - offset) * factor.
    """
    factors, offsets = np.ones(len(rows)), np.zeros(len(rows))
    _, exponents = np.frexp(_largest_magnitude(rows))
    out_of_range = np.abs(exponents) > LARGEST_SAFE_EXPONENT
    factors[out_of_range] = _power_of_two(-exponents[out_of_range])
    scaled = rows * factors[:, None]
    observed = np.isfinite(scaled)
    count = np.maximum(observed.sum(axis=1), 1)
    means = np.where(observed, scaled, 0.0).sum(axis=1) / count
    variations = np.where(observed, np.abs(scaled - means[:, None]), 0.0).max(axis=1, initial=0.0)
    dwarfed = (variations > 0) & (np.abs(means) > LARGEST_LEVEL * variations)
    if not dwarfed.any():
        return scaled, factors, offsets
    means = np.where(dwarfed, means, 0.0)
    return scaled - means[:, None], factors, means / factors


def _largest_magnitude(rows: Values) -> Values:
    """Return the largest finite |value| of each row, shape (rows,); 0 if a row has none."""
    return np.asarray(np.where(np.isfinite(rows), np.abs(rows), 0.0).max(axis=1, initial=0.0))


def _power_of_two(exponents: NDArray[np.integer]) -> Values:
    """Return 2 ** exponent, with exponents clipped to `LARGEST_EXPONENT`."""
    kept = np.clip(exponents.astype(np.float64), -LARGEST_EXPONENT, LARGEST_EXPONENT)
    return np.asarray(np.exp2(kept))


def is_small(values: Values) -> NDArray[np.bool_]:
    """Return a mask of small values: nonzero, with a magnitude below `SMALL`."""
    magnitude = np.abs(values)
    with np.errstate(invalid="ignore"):
        return np.asarray((magnitude > 0) & (magnitude < SMALL))
