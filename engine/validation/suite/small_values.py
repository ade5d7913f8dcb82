"""The effect of the small-value policies, on sample returns and on your series.

All forecasts are eager, because a policy acts before the model.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.base.wording import counted, deviations, figure
from engine.config.settings import CompileConfig
from engine.data.series import Series, SeriesSet
from engine.model.preprocessing import SMALL, Policy, is_small
from engine.results.differences import compare, series_scales
from engine.results.forecasts import ForecastSet
from engine.results.judgement import Status
from engine.results.limits import DEVIATIONS, RELATIVE, ROUNDING
from engine.validation.case import Case, Group
from engine.validation.report import SAMPLE_ITEMS, CheckResult
from engine.validation.suite.scenarios import close_series
from engine.validation.suite.sides import Sides, forecast_case

RETURNS_FACTORS = (1.0, 1e-4)
POLICIES: tuple[Policy, Policy] = ("clamp", "rescale")


@dataclass(frozen=True, slots=True)
class _Effects:
    """The effect of the small-value policies on forecasts.

    Attributes:
        values: Number of values smaller than `SMALL`.
        total: Number of all values that are not missing.
        items: Number of items with small values.
        clamp: Largest change of a forecast by clamp, in standard deviations of the series.
        rescale: The same for rescale.
    """

    values: int
    total: int
    items: int
    clamp: float
    rescale: float


def _effects(sides: Sides, case: Case) -> _Effects:
    """Forecast a case under each policy; of many items, those with the most small values."""
    small = [_small(one) for one in case.series.series]
    total = sum(int(np.isfinite(rows).sum()) for one in case.series.series for rows in _rows(one))
    most = sorted(range(len(small)), key=lambda index: -small[index])[:SAMPLE_ITEMS]
    series = case.series.of_items(sorted(most))
    scales = series_scales(series)

    def forecast(policy: Policy) -> ForecastSet:
        one = dataclasses.replace(case, series=series, small_values=policy)
        return forecast_case(sides.eager, one).forecast

    kept = forecast("keep")
    clamp, rescale = (_largest_change(kept, forecast(policy), scales) for policy in POLICIES)
    return _Effects(sum(small), total, sum(count > 0 for count in small), clamp, rescale)


def _largest_change(
    kept: ForecastSet, other: ForecastSet, scales: list[NDArray[np.float64]]
) -> float:
    """Return the largest change by a policy; infinite where a forecast is missing."""
    found = compare(kept, other, scales)
    return found.max_relative if found.missing_agree and found.compared else float("inf")


def on_returns(sides: Sides) -> CheckResult:
    """Check on daily returns, and the same times 1e-4, that rescale moves no forecast."""
    check, group = "small values", Group.BEHAVIOUR
    found = [_effects(sides, Case(check, group, _returns(factor))) for factor in RETURNS_FACTORS]
    values, total = sum(one.values for one in found), sum(one.total for one in found)
    clamp, rescale = max(one.clamp for one in found), max(one.rescale for one in found)
    limit = ROUNDING if sides.exact else RELATIVE
    sentence = (
        f"On sample returns, clamp sets {values} of {total} values to 0. Largest change of a "
        f"forecast: clamp {deviations(clamp)}, rescale {figure(rescale)} (limit {figure(limit)}). "
        f"{used(sides.config)}"
    )
    if rescale > limit:
        status = Status.FAIL
    else:
        # The effect of clamp depends on the series, so it is judged on the user's own.
        status = Status.NOTED if sides.config.small_value_policy == "clamp" else Status.PASS
    return CheckResult(check, group, status, sentence, rescale, limit, DEVIATIONS)


def _rows(one: Series) -> tuple[NDArray[np.float64], ...]:
    """Return all rows that a policy changes."""
    return one.targets, one.past_covariates, one.known_covariates


def _small(one: Series) -> int:
    return sum(int(is_small(rows).sum()) for rows in _rows(one))


def _returns(factor: float) -> SeriesSet:
    """Return daily returns of closing prices, times a factor."""
    closes = close_series(8)
    items = tuple(
        dataclasses.replace(one, targets=factor * np.diff(np.log(one.targets), axis=1))
        for one in closes.series
    )
    return dataclasses.replace(closes, series=items, target_names=("return",))


def on_your_data(sides: Sides, case: Case) -> CheckResult:
    """Report what clamp and rescale do to your series."""
    check, group = "small values in your data", Group.DATA
    if not any(map(_small, case.series.series)):
        sentence = f"No value is smaller than {SMALL:g}."
        return CheckResult(check, group, Status.PASS, sentence, 0, 0, "values")
    found = _effects(sides, case)
    policy = sides.config.small_value_policy
    moves = {"clamp": found.clamp, "rescale": found.rescale, "keep": 0.0}[policy]
    status = Status.PASS if moves <= RELATIVE else Status.WARN
    parts = [
        f"{found.values:,} of {found.total:,} values ({counted(found.items, 'item')}) are smaller "
        f"than {SMALL:g}.",
        used(sides.config),
        f"Clamp sets them to 0. Largest change of a forecast: clamp {deviations(found.clamp)}, "
        f"rescale {figure(found.rescale)}.",
    ]
    if status is Status.WARN and found.rescale <= RELATIVE:
        parts.append("To keep small values, set CHRONOS_SMALL_VALUES to rescale.")
    return CheckResult(check, group, status, " ".join(parts), moves, RELATIVE, DEVIATIONS)


def used(config: CompileConfig) -> str:
    """Say which policy a configuration uses, and why."""
    policy = config.small_value_policy
    if config.small_values != "auto":
        return f"This configuration uses {policy}."
    mode = "compiled" if config.enabled else "eager"
    return f"This configuration uses auto, which is {policy} when {mode}."
