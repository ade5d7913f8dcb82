"""Accuracy against what happened, and the difference between the sides in units of it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.base.wording import are, counted, have
from engine.data.holdout import Holdout
from engine.data.series import Series, SeriesSet
from engine.results.forecasts import ForecastSet, ItemForecast
from engine.results.judgement import Status
from engine.validation.case import Group
from engine.validation.report import Row, Score
from engine.validation.suite.scores import score_forecast, seasonal_naive, seasonal_period

CHECK = "accuracy on the holdout"

KEPT = "eager with small values kept"

NOTICEABLE = 0.01
SERIOUS = 0.05
"""Shares of a forecast's own error from which on a difference warns, and fails."""

Values = NDArray[np.float64]


def no_holdout(sentence: str) -> Row:
    """The row where there is nothing to score by, which is no fault of the configuration."""
    return Row(CHECK, Group.DATA, Status.NOT_RUN, sentence, excused=True)


def accuracy_row(
    holdout: Holdout,
    eager: ForecastSet,
    configured: ForecastSet,
    kept: ForecastSet | None = None,
) -> Row:
    """Scores both sides and the seasonal naive forecast.

    Args:
        holdout: The series that were forecast, and what followed.
        eager: The eager forecast of all of them.
        configured: That under the configuration.
        kept: Eager's without the configuration's small-value policy, where that alters any value.
    """
    places = sorted(holdout.actuals)
    actuals = [holdout.actuals[place] for place in places]
    history = [holdout.history.series[place] for place in places]
    first, second = (one.of_items(places) for one in (eager, configured))
    if missing := steps_without_forecast(first, second, actuals):
        sentence = f"{counted(missing, 'step')} of what followed {have(missing)} no forecast."
        return Row(CHECK, Group.DATA, Status.FAIL, sentence, missing, 0, "steps")
    share = share_of_error(first, second, actuals)
    if np.isnan(share):
        return no_holdout("The end that was kept back has no value to score by.")
    period = seasonal_period(history[0].frequency)
    naive = naive_forecast(holdout.history, history, period, eager.horizon)
    scores = {
        "eager": score_forecast(first, history, actuals, period),
        "configured": score_forecast(second, history, actuals, period),
        "seasonal naive": score_forecast(naive, history, actuals, period),
    }
    if kept is not None:
        scores[KEPT] = score_forecast(kept.of_items(places), history, actuals, period)
    bound = NOTICEABLE if share < SERIOUS else SERIOUS
    status = Status.FAIL if share >= SERIOUS else Status.WARN
    if share < NOTICEABLE:
        status = Status.PASS
    sentence = (
        f"MASE and WQL: {', '.join(map(_in_words, scores, scores.values()))} (period {period}). "
        f"The difference is {share:.2g} of the forecast's own error, {bound:.2g} allowed."
        f"{_left_out(holdout.left_out)}"
    )
    unit = "of the forecast's own error"
    return Row(CHECK, Group.DATA, status, sentence, share, bound, unit, scores=scores)


def _in_words(name: str, score: Score) -> str:
    mase, wql = (
        f"{figure:.4g}" if np.isfinite(figure) else "unknown" for figure in (score.mase, score.wql)
    )
    return f"{name} {mase} and {wql}"


def _left_out(count: int) -> str:
    if not count:
        return ""
    return f" {counted(count, 'item')} {are(count)} too short to be scored."


def naive_forecast(
    series: SeriesSet, history: Sequence[Series], period: int, horizon: int
) -> ForecastSet:
    """The seasonal naive forecast; its one value stands for every quantile."""
    items = tuple(
        ItemForecast(one.item_id, seasonal_naive(one, period, horizon)[:, :, None])
        for one in history
    )
    return ForecastSet(items, series.target_names, (0.5,), series.timezone)


def steps_without_forecast(
    eager: ForecastSet, configured: ForecastSet, actuals: Sequence[Values]
) -> int:
    """Observed steps that only one of two forecasts has a median for; all, where none has any."""
    middle = eager.level_place(0.5)
    observed = common = one_alone = 0
    for one, other, actual in zip(eager.items, configured.items, actuals, strict=True):
        first, second = (np.isfinite(item.values[:, :, middle]) for item in (one, other))
        seen = np.isfinite(actual)
        observed += int(seen.sum())
        common += int((seen & first & second).sum())
        one_alone += int((seen & (first != second)).sum())
    return one_alone if common else observed


def share_of_error(eager: ForecastSet, configured: ForecastSet, actuals: Sequence[Values]) -> float:
    """Mean |configured - eager| over mean |eager - actual|, both of the medians.

    Over the steps at which something was observed; 0 where the two agree and the forecast is
    perfect, NaN where nothing was observed.
    """
    middle = eager.level_place(0.5)
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
