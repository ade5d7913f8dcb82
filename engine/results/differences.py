"""How far forecasts are apart."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.data.series import SeriesSet
from engine.results.comparison import Comparison
from engine.results.forecasts import ForecastSet

Values = NDArray[np.float64]

DUST = 1e-12
"""Share of a series' magnitude below which its deviation is the rounding of float64."""


def series_scales(series: SeriesSet) -> list[NDArray[np.float64]]:
    """The scale of every target of every item, shape (targets,) each.

    It is the standard deviation of the observed values, which is what Chronos-2 divides by.
    A constant series has the magnitude of its level instead, and 1 if that is zero too.
    """
    return [np.array([_scale(row) for row in item.targets]) for item in series.series]


def compare(
    reference: ForecastSet, other: ForecastSet, scales: list[NDArray[np.float64]]
) -> Comparison:
    """Compares two forecasts of the same series.

    Args:
        reference: One of them.
        other: The other one, with the same items, targets, horizon and quantile levels.
        scales: Shape (targets,) for each item, as `series_scales` gives them.
    """
    absolute, relative = [], []
    missing_agree = True
    for first, second, scale in zip(reference.items, other.items, scales, strict=True):
        missing_agree &= bool((np.isfinite(first.values) == np.isfinite(second.values)).all())
        with np.errstate(invalid="ignore"):
            difference = np.abs(first.values - second.values)
        difference[~np.isfinite(difference)] = np.nan
        absolute.append(difference)
        relative.append(difference / scale[:, None, None])
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
    """The item and the target with the largest difference; the first where all are missing."""
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
    # The deviation of a constant is rounding dust, and seldom exactly zero.
    return deviation if deviation > DUST * magnitude else magnitude or 1.0
