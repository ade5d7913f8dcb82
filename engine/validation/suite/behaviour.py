"""Checks of behaviour: repetition, batches and horizons."""

import dataclasses
from itertools import pairwise

import numpy as np

from engine.data.series import SeriesSet
from engine.model.forecaster import ForecastResult
from engine.results.comparison import Comparison
from engine.results.differences import compare, series_scales
from engine.results.forecasts import ForecastSet
from engine.results.judgement import Status
from engine.results.judging import AS_WRONG_AS_EAGER, OF_SCALE, RELATIVE
from engine.validation.case import HORIZON, Case, Group
from engine.validation.report import Row
from engine.validation.suite.comparing import not_compiled
from engine.validation.suite.scenarios import SEED, candle_series, close_series
from engine.validation.suite.sides import Sides, Three, forecast_all

REPEATED = 1e-4
"""The guide's bound for the mean absolute difference of a repeated forecast."""

STABILITY_SEEDS = tuple(range(SEED, SEED + 5))
LONG_HORIZON = 64
LARGE_BATCH = 64


def stability(sides: Sides) -> Row:
    """Seeds 42 to 46, then 42 again: the same once more, and each different from the last."""
    check, group = "repeated predictions", Group.BEHAVIOUR
    results = [
        forecast_all(sides, Case(check, group, candle_series((seed,))))
        for seed in (*STABILITY_SEEDS, SEED)
    ]
    excuse = _excuse(sides, results)
    if excuse is not None:
        return Row(check, group, *excuse)
    forecasts = [three.configured.forecast for three in results]
    stale = sum(_same(one, other) for one, other in pairwise(forecasts))
    if stale:
        sentence = f"{stale} forecasts of other series are the same as the one before."
        return Row(check, group, Status.FAIL, sentence, stale, 0, "stale forecasts")
    again = _apart(results[0].case.series, forecasts[0], forecasts[-1])
    apart = again.mean_absolute if again.missing_agree else float("inf")
    status = Status.PASS if apart < REPEATED else Status.FAIL
    sentence = (
        f"The same series forecast again differs by {apart:.2g} on average, {REPEATED:.2g} "
        "allowed; other series between gave other forecasts."
    )
    return Row(check, group, status, sentence, apart, REPEATED, "on average")


def _same(one: ForecastSet, other: ForecastSet) -> bool:
    return bool(np.array_equal(one.items[0].values, other.items[0].values, equal_nan=True))


def batch_invariance(sides: Sides) -> Row:
    """A series alone, and among 64."""
    check, group = "batch of 64", Group.BEHAVIOUR
    many = close_series(LARGE_BATCH)
    alone = dataclasses.replace(many, series=many.series[:1])
    together = forecast_all(sides, Case(check, group, many, batch_size=LARGE_BATCH))
    single = forecast_all(sides, Case(check, group, alone, batch_size=LARGE_BATCH))
    excuse = _excuse(sides, [together, single])
    if excuse is not None:
        return Row(check, group, *excuse)

    def apart(one: ForecastResult, other: ForecastResult) -> float:
        first = dataclasses.replace(one.forecast, items=one.forecast.items[:1])
        return _largest(_apart(alone, other.forecast, first))

    eager = apart(together.eager, single.eager)
    found = apart(together.configured, single.configured)
    bound = max(RELATIVE, AS_WRONG_AS_EAGER * eager)
    sentence = (
        f"Alone and among {LARGE_BATCH} a forecast differs by up to {found:.2g} {OF_SCALE}, "
        f"{bound:.2g} allowed; in eager by {eager:.2g}."
    )
    passed = Status.PASS if sides.exact else Status.WARN
    status = passed if found <= bound else Status.FAIL
    return Row(check, group, status, sentence, found, bound, OF_SCALE)


def horizon_consistency(sides: Sides) -> Row:
    """The first 16 of 64 steps against 16 steps: a property of the model, told and not judged."""
    check, group = "horizon of 64 and of 16", Group.BEHAVIOUR
    series = candle_series()
    far = forecast_all(sides, Case(check, group, series, horizon=LONG_HORIZON))
    near = forecast_all(sides, Case(check, group, series, horizon=HORIZON))
    excuse = _excuse(sides, [far, near])
    if excuse is not None:
        return Row(check, group, *excuse)

    def apart(one: ForecastResult, other: ForecastResult) -> float:
        cut = tuple(
            dataclasses.replace(item, values=item.values[:, :HORIZON])
            for item in one.forecast.items
        )
        first = dataclasses.replace(one.forecast, items=cut)
        return _largest(_apart(series, other.forecast, first))

    found, eager = apart(far.configured, near.configured), apart(far.eager, near.eager)
    sentence = (
        f"Asked for {LONG_HORIZON} steps, the model forecasts the first {HORIZON} otherwise than "
        f"asked for {HORIZON}: by up to {found:.2g} {OF_SCALE} compiled, by {eager:.2g} eager."
    )
    return Row(check, group, Status.NOTED, sentence, found, None, OF_SCALE)


def _largest(found: Comparison) -> float:
    """The largest relative difference; infinite where NaN stands in one of the two only."""
    return found.max_relative if found.missing_agree else float("inf")


def _apart(series: SeriesSet, one: ForecastSet, other: ForecastSet) -> Comparison:
    return compare(one, other, series_scales(series))


def _excuse(sides: Sides, results: list[Three]) -> tuple[Status, str] | None:
    excuses = (not_compiled(sides, three) for three in results)
    return next((excuse for excuse in excuses if excuse is not None), None)
