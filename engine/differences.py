"""How far forecasts are apart."""

import numpy as np
from numpy.typing import NDArray

from engine.data.series import SeriesSet
from engine.evidence import Comparison
from engine.forecasts import ForecastSet


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
    differences, relatives = [], []
    missing_agree = True
    for first, second in zip(reference.items, other.items, strict=True):
        finite = np.isfinite(first.values)
        missing_agree &= bool((finite == np.isfinite(second.values)).all())
        both = finite & np.isfinite(second.values)
        differences.append(np.where(both, np.abs(first.values - second.values), 0.0))
    relatives = [
        difference / scale[:, None, None]
        for difference, scale in zip(differences, scales, strict=True)
    ]
    worst = int(np.argmax([relative.max() for relative in relatives]))
    target = int(np.argmax(relatives[worst].max(axis=(1, 2))))
    count = sum(difference.size for difference in differences)
    return Comparison(
        max_absolute=float(max(difference.max() for difference in differences)),
        mean_absolute=float(sum(difference.sum() for difference in differences) / count),
        max_relative=float(relatives[worst].max()),
        mean_relative=float(sum(relative.sum() for relative in relatives) / count),
        worst_item=reference.items[worst].item_id,
        worst_target=reference.target_names[target],
        missing_agree=missing_agree,
    )


def _scale(row: NDArray[np.float64]) -> float:
    observed = row[np.isfinite(row)]
    if not observed.size:
        return 1.0
    return float(observed.std()) or float(np.abs(observed).max()) or 1.0
