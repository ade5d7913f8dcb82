"""Compute the differences between forecasts."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.data.series import SeriesSet
from engine.results.comparison import Comparison
from engine.results.forecasts import ForecastSet

Values = NDArray[np.float64]

ROUNDING_SHARE = 1e-12
"""Share of the magnitude of a series; a smaller deviation is a rounding error of float64."""


def series_scales(series: SeriesSet) -> list[NDArray[np.float64]]:
    """Return the scale of every target of every item, shape (targets, 1, 1) each.

    The scale is the standard deviation of the observed values; Chronos-2 divides by it too.
    For a constant series, it is the magnitude of the level, or 1 if the level is zero.
    """
    return [
        np.array([_scale(row) for row in item.targets])[:, None, None] for item in series.series
    ]


def compare(
    reference: ForecastSet, other: ForecastSet, units: list[NDArray[np.float64]]
) -> Comparison:
    """Compare two forecasts of the same series.

    Args:
        reference: One forecast.
        other: The other forecast, with the same items, targets, horizon and quantile levels.
        units: Units of relative differences, for each item broadcastable to (targets, horizon,
            quantile levels): those of `series_scales`, or of `agreement.units_of`.
    """
    absolute, relative = [], []
    missing_agree = True
    for first, second, unit in zip(reference.items, other.items, units, strict=True):
        missing_agree &= bool((np.isfinite(first.values) == np.isfinite(second.values)).all())
        with np.errstate(invalid="ignore"):
            difference = np.abs(first.values - second.values)
        difference[~np.isfinite(difference)] = np.nan
        absolute.append(difference)
        relative.append(difference / unit)
    cells = np.concatenate([entry.ravel() for entry in absolute])
    cells_relative = np.concatenate([entry.ravel() for entry in relative])
    finite = np.isfinite(cells)
    worst, target = _worst(relative)
    return Comparison(
        compared=int(finite.sum()),
        left_out=int((~finite).sum()),
        max_absolute=_figure(np.max, cells[finite]),
        mean_absolute=_figure(np.mean, cells[finite]),
        max_relative=_figure(np.max, cells_relative[finite]),
        mean_relative=_figure(np.mean, cells_relative[finite]),
        worst_item=reference.items[worst].item_id,
        worst_target=reference.target_names[target],
        missing_agree=missing_agree,
    )


def _worst(relative: list[Values]) -> tuple[int, int]:
    """Return the indices of the item and the target with the largest difference.

    They are 0 and 0 if every difference is missing.
    """
    largest = [np.nan_to_num(entry, nan=-1.0).max(axis=(1, 2)) for entry in relative]
    item = int(np.argmax([entry.max() for entry in largest]))
    return item, int(np.argmax(largest[item]))


def _figure(statistic: Callable[[Values], np.floating], values: Values) -> float:
    return float(statistic(values)) if values.size else float("nan")


def _scale(row: NDArray[np.float64]) -> float:
    observed = row[np.isfinite(row)]
    if not observed.size:
        return 1.0
    deviation, magnitude = float(observed.std()), float(np.abs(observed).max())
    # Rounding gives a constant series a tiny deviation, which is seldom exactly zero.
    return deviation if deviation > ROUNDING_SHARE * magnitude else magnitude or 1.0
