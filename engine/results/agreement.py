"""Compare the forecasts of eager and the configuration, and each with float64."""

from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from engine.data.series import SeriesSet
from engine.results.differences import compare, series_scales
from engine.results.forecasts import ForecastSet
from engine.results.limits import RELATIVE, ROUNDING, Values, limit_by_item, rounding_by_item


@dataclass(frozen=True, slots=True)
class Agreement:
    """Differences between eager, the configuration and float64.

    Relative figures are in standard deviations of the series (`scales_of`). One item decides: the
    one furthest beyond its limit or, where all are within, the one with the largest difference.

    Attributes:
        mean_absolute: Mean |configured - eager| over all items, the MAE of the compile guide.
        relative_mean: Mean |configured - eager| divided by the mean of |eager|.
        max_relative: Largest |configured - eager| of the deciding item, relative.
        limit: Its limit.
        eager_error: Its largest |eager - float64|, relative.
        configured_error: Its largest |configured - float64|, relative.
        missing_agree: Whether NaN and infinity are in the same positions, in all items.
        new_crossings: Pairs of neighbouring quantiles that the configuration, and not rounding,
            puts in the wrong order.
        worst_item: The deciding item.
        worst_target: Its target with the largest difference.
    """

    mean_absolute: float
    relative_mean: float
    max_relative: float
    limit: float
    eager_error: float
    configured_error: float
    missing_agree: bool
    new_crossings: int
    worst_item: str
    worst_target: str

    @property
    def nearer(self) -> str:
        """Return which is closer to float64: "eager", "configured" or "neither"."""
        if self.eager_error == self.configured_error:
            return "neither"
        return "eager" if self.eager_error < self.configured_error else "configured"


class Precision(Enum):
    """The number formats of eager and the configuration, which decide what rounding explains.

    Attributes:
        FULL: Both in float32.
        HALF: Both in the same half precision.
        MIXED: In one precision each.
        UNKNOWN: In a format whose rounding is not known, because a float64 forecast is missing.
    """

    FULL = auto()
    HALF = auto()
    MIXED = auto()
    UNKNOWN = auto()

    @classmethod
    def of(cls, eager: str, configured: str) -> "Precision":
        """Return the precision of two dtypes."""
        if eager != configured:
            return cls.MIXED
        return cls.FULL if eager == "float32" else cls.HALF


def agreement(
    series: SeriesSet,
    eager: ForecastSet,
    configured: ForecastSet,
    truth: ForecastSet,
    precision: Precision = Precision.FULL,
) -> Agreement:
    """Compare three forecasts of the same series.

    Args:
        series: The series, cut to the context of the model.
        eager: The eager forecast.
        configured: The forecast under the configuration.
        truth: The forecast of eager in float64.
        precision: The number formats of eager and the configuration.
    """
    scales = scales_of(series, truth)
    overall = compare(eager, configured, scales)
    level = np.concatenate([np.abs(item.values).ravel() for item in eager.items])
    mean_level = float(np.mean(level, where=np.isfinite(level)))
    apart, eager_errors, errors = (
        largest_by_item(one, other, scales)
        for one, other in ((eager, configured), (truth, eager), (truth, configured))
    )
    limits = limit_by_item(eager_errors)
    rounded = np.maximum(eager_errors, errors) if precision is Precision.MIXED else eager_errors
    explained = rounding_by_item(rounded)
    if precision is Precision.UNKNOWN:
        explained = np.full_like(explained, RELATIVE)
    worst = deciding_item(errors if precision is Precision.HALF else apart, rounded, errors)
    return Agreement(
        mean_absolute=overall.mean_absolute,
        relative_mean=overall.mean_absolute / mean_level if mean_level else float("nan"),
        max_relative=float(apart[worst]),
        limit=float(limits[worst]),
        eager_error=float(eager_errors[worst]),
        configured_error=float(errors[worst]),
        missing_agree=overall.missing_agree,
        new_crossings=new_crossings(eager, configured, scales, explained),
        worst_item=series.series[worst].item_id,
        worst_target=_worst_target(series, eager, configured, scales, worst),
    )


def scales_of(series: SeriesSet, forecast: ForecastSet) -> list[Values]:
    """Return the unit of every item's differences, shape (targets,) each.

    The unit is the standard deviation of the series (`differences.series_scales`), or the widest
    80 % band of the forecast where that is wider: after two or three points, a forecast is a guess
    over many standard deviations, and rounds accordingly.
    """
    low, high = forecast.level_index(0.1), forecast.level_index(0.9)
    units = []
    for item, scale in zip(forecast.items, series_scales(series), strict=True):
        band = item.values[:, :, high] - item.values[:, :, low]
        widest = np.where(np.isfinite(band), band, 0.0).max(axis=1)
        units.append(np.maximum(scale, widest))
    return units


def deciding_item(figures: Values, eager_errors: Values, errors: Values) -> int:
    """Return the index of the item that decides: a missing value, then a failure, then a warning.

    The kind of fault comes before its size, because one item must not hide a fault of another.
    Where nothing is wrong, the item with the largest figure decides.

    Args:
        figures: The judged figure of every item, shape (items,).
        eager_errors: Its largest |eager - truth|; infinite if one is missing.
        errors: Its largest |configured - truth|; infinite if one is missing.
    """
    missing = np.isinf(eager_errors) | np.isinf(errors)
    with np.errstate(invalid="ignore"):
        of_limit = figures / limit_by_item(eager_errors)
        of_rounding = figures / rounding_by_item(eager_errors)
    excess = np.where(of_limit > 1, of_limit, np.where(of_rounding > 1, of_rounding, figures))
    # Eager does not differ from itself: there the error counts.
    kinds = (errors, np.where(missing, np.inf, excess), of_rounding > 1, of_limit > 1, missing)
    return int(np.lexsort(kinds)[-1])


def largest_by_item(one: ForecastSet, other: ForecastSet, scales: list[Values]) -> Values:
    """Return the largest relative difference of every item, shape (items,).

    It is infinite where a value is missing in one forecast only.
    """
    return np.array(
        [
            _relative(first.values, second.values, scale).max()
            for first, second, scale in zip(one.items, other.items, scales, strict=True)
        ]
    )


def _relative(one: Values, other: Values, scale: Values) -> Values:
    """Return |one - other| over the scale; 0 where both are missing, infinite where one is."""
    with np.errstate(invalid="ignore"):
        apart = np.abs(one - other) / scale[:, None, None]
    both_missing = ~np.isfinite(one) & ~np.isfinite(other)
    return np.where(both_missing, 0.0, np.where(np.isfinite(apart), apart, np.inf))


def _worst_target(
    series: SeriesSet, eager: ForecastSet, configured: ForecastSet, scales: list[Values], item: int
) -> str:
    apart = _relative(eager.items[item].values, configured.items[item].values, scales[item])
    return series.target_names[int(apart.max(axis=(1, 2)).argmax())]


def new_crossings(
    eager: ForecastSet, configured: ForecastSet, scales: list[Values], rounding: Values
) -> int:
    """Count neighbouring quantiles that eager has in order and the configuration has not.

    Where two quantiles of eager are equal, rounding alone may swap them; such pairs do not count.

    Args:
        eager: The eager forecast.
        configured: The forecast under the configuration.
        scales: The unit of every item's differences.
        rounding: The difference that rounding explains, shape (items,).
    """
    count = 0
    both = zip(eager.items, configured.items, strict=True)
    for items, scale, width in zip(both, scales, rounding, strict=True):
        before, after = (np.diff(item.values, axis=2) / scale[:, None, None] for item in items)
        are_new = (after < -ROUNDING) & (before >= -ROUNDING) & (before - after > width)
        count += int(are_new.sum())
    return count
