"""Checks of behaviour: repetition, batches and horizons."""

import dataclasses
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from engine.base.wording import counted, deviations, figure
from engine.data.series import SeriesSet
from engine.model.forecaster import ForecastResult
from engine.results.comparison import Comparison
from engine.results.differences import compare, series_scales
from engine.results.forecasts import ForecastSet
from engine.results.judgement import Status
from engine.results.limits import AS_WRONG_AS_EAGER, DEVIATIONS, RELATIVE
from engine.validation.case import HORIZON, Case, Group
from engine.validation.report import CheckResult
from engine.validation.suite.comparing import not_compiled
from engine.validation.suite.scenarios import SEED, candle_series, close_series
from engine.validation.suite.sides import Sides, forecast_all, forecast_both

REPEATED = 1e-4
"""Limit of the compile guide for the mean difference between a forecast and its repetition."""

STABILITY_SEEDS = tuple(range(SEED, SEED + 5))
LONG_HORIZON = 64
LARGE_BATCH, PARTIAL_BATCH = 64, 17


def stability(sides: Sides) -> CheckResult:
    """Forecast seeds 42 to 46, then 42 again: the same series must give the same forecast."""
    check, group = "repeated predictions", Group.BEHAVIOUR
    results = [
        forecast_all(sides, Case(check, group, candle_series((seed,))))
        for seed in (*STABILITY_SEEDS, SEED)
    ]
    excuse = _excuse(sides, (result.configured for result in results))
    if excuse is not None:
        return CheckResult(check, group, *excuse)
    forecasts = [forecasts.configured.forecast for forecasts in results]
    stale = sum(_same(one, other) for one, other in pairwise(forecasts))
    if stale:
        sentence = f"The forecast equals that of the series before, {counted(stale, 'time')}."
        return CheckResult(check, group, Status.FAIL, sentence, stale, 0, "stale forecasts")
    again = _apart(results[0].case.series, forecasts[0], forecasts[-1])
    apart = again.mean_absolute if again.missing_agree else float("inf")
    status = Status.PASS if apart < REPEATED else Status.FAIL
    sentence = (
        f"Mean difference between a forecast and its repetition: {figure(apart)} (limit "
        f"{figure(REPEATED)}). Different series get different forecasts."
    )
    return CheckResult(check, group, status, sentence, apart, REPEATED, "on average")


def _same(one: ForecastSet, other: ForecastSet) -> bool:
    return bool(np.array_equal(one.items[0].values, other.items[0].values, equal_nan=True))


def batch_invariance(sides: Sides) -> CheckResult:
    """Compare the forecasts of series alone with theirs in a whole batch and in a partial one."""
    check, group = "batch of 64", Group.BEHAVIOUR
    series = close_series(LARGE_BATCH + PARTIAL_BATCH)
    together = forecast_both(sides, Case(check, group, series, batch_size=LARGE_BATCH))
    alone = forecast_both(sides, Case(check, group, series, batch_size=1))
    excuse = _excuse(sides, (together[1], alone[1]))
    if excuse is not None:
        return CheckResult(check, group, *excuse)
    eager, found = (
        _largest(_apart(series, one.forecast, other.forecast))
        for one, other in zip(alone, together, strict=True)
    )
    limit = max(RELATIVE, AS_WRONG_AS_EAGER * eager)
    sentence = (
        f"Largest difference between forecasts alone and in batches of {LARGE_BATCH} and of "
        f"{PARTIAL_BATCH}: {deviations(found)} (limit {figure(limit)}; eager {figure(eager)})."
    )
    if sides.config.quantization != "none":
        sentence += " In int8, activations have one scale for the whole batch."
        return CheckResult(check, group, Status.WARN, sentence, found, limit, DEVIATIONS)
    passed = Status.PASS if sides.exact else Status.WARN
    status = passed if found <= limit else Status.FAIL
    return CheckResult(check, group, status, sentence, found, limit, DEVIATIONS)


def horizon_consistency(sides: Sides) -> CheckResult:
    """Compare the first 16 of 64 steps with a forecast of 16 steps.

    The difference is a property of the model, so it is reported, not checked.
    """
    check, group = "horizon of 64 and of 16", Group.BEHAVIOUR
    series = candle_series()
    far = forecast_all(sides, Case(check, group, series, horizon=LONG_HORIZON))
    near = forecast_all(sides, Case(check, group, series, horizon=HORIZON))
    excuse = _excuse(sides, (far.configured, near.configured))
    if excuse is not None:
        return CheckResult(check, group, *excuse)

    def apart(one: ForecastResult, other: ForecastResult) -> float:
        cut = tuple(
            dataclasses.replace(item, values=item.values[:, :HORIZON])
            for item in one.forecast.items
        )
        first = dataclasses.replace(one.forecast, items=cut)
        return _largest(_apart(series, other.forecast, first))

    found, eager = apart(far.configured, near.configured), apart(far.eager, near.eager)
    sentence = (
        f"Largest difference between the first {HORIZON} of {LONG_HORIZON} steps and a forecast of "
        f"{HORIZON} steps: {deviations(found)} (eager {figure(eager)}). This is a property of the "
        "model."
    )
    return CheckResult(check, group, Status.NOTED, sentence, found, None, DEVIATIONS)


def _largest(found: Comparison) -> float:
    """Return the largest relative difference; infinite where only one of the two has NaN."""
    return found.max_relative if found.missing_agree else float("inf")


def _apart(series: SeriesSet, one: ForecastSet, other: ForecastSet) -> Comparison:
    return compare(one, other, series_scales(series))


def _excuse(sides: Sides, forecasts: Iterable[ForecastResult]) -> tuple[Status, str] | None:
    excuses = (not_compiled(sides, forecast) for forecast in forecasts)
    return next((excuse for excuse in excuses if excuse is not None), None)
