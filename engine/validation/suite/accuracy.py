"""The check of accuracy: forecasts scored on held-out steps."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.base.wording import are, counted, have
from engine.data.holdout import Holdout
from engine.data.series import Series, SeriesSet
from engine.results.forecasts import ForecastSet, ItemForecast
from engine.results.judgement import Status
from engine.validation.case import Group
from engine.validation.report import CheckResult, Score
from engine.validation.suite.scores import score_forecast, seasonal_naive, seasonal_period

CHECK = "accuracy on the holdout"

KEPT = "eager with small values kept"

NOTICEABLE = 0.01
SERIOUS = 0.05
"""Limits of a difference, as a share of eager's error: beyond them a check warns, and fails."""

Values = NDArray[np.float64]


def no_holdout(sentence: str) -> CheckResult:
    """Return the result of a check that did not run because there is nothing to score."""
    return CheckResult(CHECK, Group.DATA, Status.NOT_RUN, sentence, excused=True)


def score_sides(
    holdout: Holdout,
    eager: ForecastSet,
    configured: ForecastSet,
    kept: ForecastSet | None = None,
) -> CheckResult:
    """Score both sides and the seasonal naive forecast on held-out steps.

    Args:
        holdout: The series that were forecast, and their held-out steps.
        eager: The eager forecast of all items.
        configured: The forecast under the configuration.
        kept: The eager forecast with small values kept, where the policy changes any.
    """
    indices = sorted(holdout.actuals)
    actuals = [holdout.actuals[index] for index in indices]
    history = [holdout.history.series[index] for index in indices]
    first, second = (one.of_items(indices) for one in (eager, configured))
    if missing := _steps_without_forecast(first, second, actuals):
        sentence = f"{counted(missing, 'held-out step')} {have(missing)} no forecast."
        return CheckResult(CHECK, Group.DATA, Status.FAIL, sentence, missing, 0, "steps")
    share = share_of_error(first, second, actuals)
    if np.isnan(share):
        return no_holdout("The held-out steps have no value to score.")
    period = seasonal_period(history[0].frequency)
    naive = _naive_forecast(holdout.history, history, period, eager.horizon)
    scores = {
        "eager": score_forecast(first, history, actuals, period),
        "configured": score_forecast(second, history, actuals, period),
        "seasonal naive": score_forecast(naive, history, actuals, period),
    }
    if kept is not None:
        scores[KEPT] = score_forecast(kept.of_items(indices), history, actuals, period)
    limit = NOTICEABLE if share < SERIOUS else SERIOUS
    status = Status.FAIL if share >= SERIOUS else Status.WARN
    if share < NOTICEABLE:
        status = Status.PASS
    sentence = (
        f"MASE and WQL: {', '.join(map(_in_words, scores, scores.values()))} (period {period}). "
        f"The forecasts differ by {100 * share:.2g} % of eager's error on the held-out steps "
        f"(limit {100 * limit:.0f} %)."
        f"{_left_out(holdout.left_out)}"
    )
    unit = "of eager's error"
    return CheckResult(CHECK, Group.DATA, status, sentence, share, limit, unit, scores=scores)


def _in_words(name: str, score: Score) -> str:
    mase, wql = (
        f"{figure:.4g}" if np.isfinite(figure) else "unknown" for figure in (score.mase, score.wql)
    )
    return f"{name} {mase} and {wql}"


def _left_out(count: int) -> str:
    if not count:
        return ""
    return f" {counted(count, 'item')} {are(count)} too short to score."


def _naive_forecast(
    series: SeriesSet, history: Sequence[Series], period: int, horizon: int
) -> ForecastSet:
    """Return the seasonal naive forecast; its one value serves as every quantile."""
    items = tuple(
        ItemForecast(one.item_id, seasonal_naive(one, period, horizon)[:, :, None])
        for one in history
    )
    return ForecastSet(items, series.target_names, (0.5,), series.timezone)


def _steps_without_forecast(
    eager: ForecastSet, configured: ForecastSet, actuals: Sequence[Values]
) -> int:
    """Count observed steps for which only one forecast has a median; all steps, if none has any."""
    middle = eager.level_index(0.5)
    observed = common = one_alone = 0
    for one, other, actual in zip(eager.items, configured.items, actuals, strict=True):
        first, second = (np.isfinite(item.values[:, :, middle]) for item in (one, other))
        seen = np.isfinite(actual)
        observed += int(seen.sum())
        common += int((seen & first & second).sum())
        one_alone += int((seen & (first != second)).sum())
    return one_alone if common else observed


def share_of_error(eager: ForecastSet, configured: ForecastSet, actuals: Sequence[Values]) -> float:
    """Return mean |configured - eager| over mean |eager - actual|, both of the medians.

    Only observed steps count. The share is 0 where the two agree and the forecast is perfect, and
    NaN where nothing was observed.
    """
    middle = eager.level_index(0.5)
    apart = error = 0.0
    observed = 0
    for one, other, actual in zip(eager.items, configured.items, actuals, strict=True):
        first, second = one.values[:, :, middle], other.values[:, :, middle]
        there = np.isfinite(actual) & np.isfinite(first) & np.isfinite(second)
        observed += int(there.sum())
        apart += float(np.abs(first - second)[there].sum())
        error += float(np.abs(first - actual)[there].sum())
    if not observed:
        return float("nan")
    return apart / error if error else (0.0 if not apart else float("inf"))
