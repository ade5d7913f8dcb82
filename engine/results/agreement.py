"""Compare the forecasts of eager and the configuration, and each with float64."""

from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from engine.data.series import SeriesSet
from engine.results.differences import compare, series_scales
from engine.results.forecasts import ForecastSet
from engine.results.limits import (
    RELATIVE,
    ROUNDING,
    Values,
    limit_by_item,
    rounding_by_item,
    typical_error,
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Differences between eager, the configuration and float64.

    Relative figures are in standard deviations of the series (`units_of`). One item decides: the
    one furthest beyond its limit or, where all are within, the one with the largest difference.

    Attributes:
        mean_absolute: Mean |configured - eager| over all items, the MAE of the compile guide.
        relative_mean: Mean |configured - eager| divided by the mean of |eager|.
        max_relative: Largest |configured - eager| of the deciding item, relative.
        limit: Its limit.
        eager_error: Its largest |eager - float64|, relative.
        configured_error: Its largest |configured - float64|, relative.
        missing_agree: Whether NaN and infinity are in the same positions, in all items.
        new_crossings: Pairs of neighbouring quantiles that are in order in eager and cross in the
            configured forecast, by more than rounding explains.
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
    """The number formats of eager and the configuration; they decide how much rounding explains.

    Attributes:
        FULL: Both in float32.
        HALF: Both in the same precision below float32.
        MIXED: In one precision each.
        UNKNOWN: Without a float64 forecast to measure the rounding by.
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


def agreement(  # noqa: PLR0913  three forecasts and how to judge them
    series: SeriesSet,
    eager: ForecastSet,
    configured: ForecastSet,
    truth: ForecastSet,
    precision: Precision = Precision.FULL,
    *,
    usual_error: float = 0.0,
) -> Agreement:
    """Compare three forecasts of the same series.

    Args:
        series: The series, cut to the context of the model.
        eager: The eager forecast.
        configured: The forecast under the configuration.
        truth: The forecast of eager in float64.
        precision: The number formats of eager and the configuration.
        usual_error: Difference of eager from float64, relative, that is usual for the model and
            its half precision.
    """
    units = units_of(series, truth)
    overall = compare(eager, configured, units)
    level = np.concatenate([np.abs(item.values).ravel() for item in eager.items])
    mean_level = float(np.mean(level, where=np.isfinite(level)))
    apart, eager_errors, errors = (
        largest_by_item(one, other, units)
        for one, other in ((eager, configured), (truth, eager), (truth, configured))
    )
    expected = eager_errors
    if precision is Precision.HALF:
        expected = np.maximum(eager_errors, max(usual_error, typical_error(eager_errors)))
    limits = limit_by_item(expected)
    rounded = np.maximum(expected, errors) if precision is Precision.MIXED else expected
    explained = rounding_by_item(rounded)
    if precision is Precision.UNKNOWN:
        explained = np.full_like(explained, RELATIVE)
    worst = _deciding_item(errors if precision is Precision.HALF else apart, rounded, errors)
    return Agreement(
        mean_absolute=overall.mean_absolute,
        relative_mean=overall.mean_absolute / mean_level if mean_level else float("nan"),
        max_relative=float(apart[worst]),
        limit=float(limits[worst]),
        eager_error=float(eager_errors[worst]),
        configured_error=float(errors[worst]),
        missing_agree=overall.missing_agree,
        new_crossings=new_crossings(eager, configured, units, explained),
        worst_item=series.series[worst].item_id,
        worst_target=_worst_target(series, eager, configured, units, worst),
    )


def units_of(series: SeriesSet, forecast: ForecastSet) -> list[Values]:
    """Return the unit of every difference, shape (targets, horizon, quantile levels) for each item.

    The unit is the standard deviation of the series (`differences.series_scales`), or the 80 %
    band of the step where that is wider, or the distance of the quantile from the median where
    that is larger. After two or three points, a forecast is a guess over many standard deviations
    and its outer quantiles may be thousands away, and rounds accordingly.
    """
    low, middle, high = (forecast.level_index(level) for level in (0.1, 0.5, 0.9))
    units = []
    for item, scale in zip(forecast.items, series_scales(series), strict=True):
        values = np.where(np.isfinite(item.values), item.values, np.nan)
        band = values[:, :, high, None] - values[:, :, low, None]
        distance = np.abs(values - values[:, :, middle, None])
        units.append(np.fmax(np.fmax(band, distance), scale))
    return units


def _deciding_item(figures: Values, eager_errors: Values, errors: Values) -> int:
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


def largest_by_item(one: ForecastSet, other: ForecastSet, units: list[Values]) -> Values:
    """Return the largest relative difference of every item, shape (items,).

    It is infinite where a value is missing in one forecast only.
    """
    return np.array(
        [
            _relative(first.values, second.values, unit).max()
            for first, second, unit in zip(one.items, other.items, units, strict=True)
        ]
    )


def _relative(one: Values, other: Values, unit: Values) -> Values:
    """Return |one - other| over its unit; 0 where both are missing, infinite where one is."""
    with np.errstate(invalid="ignore"):
        apart = np.abs(one - other) / unit
    both_missing = ~np.isfinite(one) & ~np.isfinite(other)
    return np.where(both_missing, 0.0, np.where(np.isfinite(apart), apart, np.inf))


def _worst_target(
    series: SeriesSet, eager: ForecastSet, configured: ForecastSet, units: list[Values], item: int
) -> str:
    apart = _relative(eager.items[item].values, configured.items[item].values, units[item])
    return series.target_names[int(apart.max(axis=(1, 2)).argmax())]


def new_crossings(
    eager: ForecastSet, configured: ForecastSet, units: list[Values], rounding: Values
) -> int:
    """Count neighbouring quantiles that eager has in order and the configuration has not.

    Where two quantiles of eager are equal, rounding alone may swap them; such pairs do not count.

    Args:
        eager: The eager forecast.
        configured: The forecast under the configuration.
        units: The unit of every item's differences.
        rounding: The difference that rounding explains, shape (items,).
    """
    count = 0
    both = zip(eager.items, configured.items, strict=True)
    for items, unit, width in zip(both, units, rounding, strict=True):
        before, after = (np.diff(item.values, axis=2) / unit[:, :, 1:] for item in items)
        are_new = (after < -ROUNDING) & (before >= -ROUNDING) & (before - after > width)
        count += int(are_new.sum())
    return count
