"""Scores of forecasts against held-out steps: MASE and WQL."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.data.series import Series
from engine.results.forecasts import ForecastSet
from engine.validation.report import Score

SEASONS = {"h": 24, "D": 7, "B": 5, "W": 52, "MS": 12, "ME": 12, "QS": 4, "QE": 4}
"""Steps per season by frequency, as in the Monash archive; below an hour, a season is a day."""

DAY = pd.Timedelta(days=1)

Values = NDArray[np.float64]


def seasonal_period(frequency: str | None) -> int:
    """Return the steps after which a series of this frequency tends to repeat; 1 if unknown."""
    if frequency is None:
        return 1
    name = frequency.partition("-")[0]
    if name in SEASONS:
        return SEASONS[name]
    offset = pd.tseries.frequencies.to_offset(frequency)
    if not isinstance(offset, pd.tseries.offsets.Tick):
        return 1
    step = pd.Timedelta(offset)
    return max(1, round(DAY / step)) if step < DAY else 1


def seasonal_naive(series: Series, period: int, horizon: int) -> Values:
    """Repeat the last season, shape (targets, horizon); NaN where its value is missing."""
    period = min(period, series.length)
    return series.targets[:, -period:][:, np.arange(horizon) % period]


def score_forecast(
    forecast: ForecastSet, history: Sequence[Series], actuals: Sequence[Values], period: int
) -> Score:
    """Score quantile forecasts.

    Args:
        forecast: One item for each series.
        history: The series that were forecast.
        actuals: The held-out steps, shape (targets, horizon) each.
        period: Steps per season.
    """
    levels = np.array(forecast.quantile_levels)
    middle = forecast.level_index(0.5)
    medians = [item.values[:, :, middle] for item in forecast.items]
    quantiles = [item.values for item in forecast.items]
    return Score(
        scaled_error(medians, history, actuals, period),
        weighted_quantile_loss(quantiles, levels, actuals),
    )


def scaled_error(
    medians: Sequence[Values], history: Sequence[Series], actuals: Sequence[Values], period: int
) -> float:
    """Return MASE, the mean over the series where it is defined; NaN if there are none.

    Hyndman and Koehler, "Another look at measures of forecast accuracy", 2006.
    """
    errors = []
    for median, one, actual in zip(medians, history, actuals, strict=True):
        lag = period if one.length > period else 1
        steps = _mean(np.abs(one.targets[:, lag:] - one.targets[:, :-lag]))
        error = _mean(np.abs(median - actual))
        usable = np.isfinite(error) & (steps > 0)
        errors.append(error[usable] / steps[usable])
    every = np.concatenate(errors) if errors else np.empty(0)
    return float(every.mean()) if every.size else float("nan")


def weighted_quantile_loss(
    quantiles: Sequence[Values], levels: Values, actuals: Sequence[Values]
) -> float:
    """Return WQL: twice the summed quantile loss over the summed |actual|, mean over the levels.

    Ansari et al., "Chronos: Learning the Language of Time Series", 2024, section 5.3.

    Args:
        quantiles: Shape (targets, horizon, levels) each.
        levels: Shape (levels,).
        actuals: Shape (targets, horizon) each.
    """
    loss, total = 0.0, 0.0
    for values, actual in zip(quantiles, actuals, strict=True):
        error = actual[:, :, None] - values
        there = np.isfinite(error).all(axis=2)
        loss += float(2 * np.maximum(levels * error, (levels - 1) * error)[there].sum())
        total += float(np.abs(actual)[there].sum())
    return loss / len(levels) / total if total else float("nan")


def _mean(values: Values) -> Values:
    """Return the mean of every row over its finite values; NaN where there are none."""
    there = np.isfinite(values)
    count = there.sum(axis=1)
    sums = np.where(there, values, 0.0).sum(axis=1)
    return np.where(count > 0, sums / np.maximum(count, 1), np.nan)
