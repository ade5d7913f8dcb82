"""What the small-value policies do to forecasts, on returns of ours and on the user's series.

All in eager, since a policy acts before the model.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.base.wording import counted
from engine.config.settings import CompileConfig
from engine.data.series import Series, SeriesSet
from engine.model.safeguards import SMALL, Policy, is_small
from engine.results.differences import compare, series_scales
from engine.results.forecasts import ForecastSet
from engine.results.judgement import Status
from engine.results.judging import OF_SCALE, RELATIVE, ROUNDING
from engine.validation.case import Case, Group
from engine.validation.report import SAMPLE_ITEMS, Row
from engine.validation.suite.scenarios import close_series
from engine.validation.suite.sides import Sides, forecast_case

RETURNS_FACTORS = (1.0, 1e-4)
POLICIES: tuple[Policy, Policy] = ("clamp", "rescale")


@dataclass(frozen=True, slots=True)
class Effects:
    """How far policies move forecasts.

    Attributes:
        values: Values nearer to zero than `SMALL`.
        total: All values that are not missing.
        items: Items that have such values.
        clamp: Largest difference that clamp makes, relative to the series' scale; see `moved`.
        rescale: The same for rescale.
    """

    values: int
    total: int
    items: int
    clamp: float
    rescale: float


def effects(sides: Sides, case: Case) -> Effects:
    """Forecasts a case under each policy; of many items, the most affected ones."""
    small = [_small(one) for one in case.series.series]
    total = sum(int(np.isfinite(rows).sum()) for one in case.series.series for rows in _rows(one))
    most = sorted(range(len(small)), key=lambda place: -small[place])[:SAMPLE_ITEMS]
    series = dataclasses.replace(
        case.series, series=tuple(case.series.series[place] for place in sorted(most))
    )
    scales = series_scales(series)

    def forecast(policy: Policy) -> ForecastSet:
        one = dataclasses.replace(case, series=series, small_values=policy)
        return forecast_case(sides.eager, one).forecast

    kept = forecast("keep")
    clamp, rescale = (moved(kept, forecast(policy), scales) for policy in POLICIES)
    return Effects(sum(small), total, sum(count > 0 for count in small), clamp, rescale)


def moved(kept: ForecastSet, other: ForecastSet, scales: list[NDArray[np.float64]]) -> float:
    """How far a policy moves forecasts; infinitely where one is missing, or all are."""
    found = compare(kept, other, scales)
    return found.max_relative if found.missing_agree and found.compared else float("inf")


def on_returns(sides: Sides) -> Row:
    """Daily returns, and the same times 1e-4: rescale must leave their forecasts whole."""
    check, group = "small values", Group.BEHAVIOUR
    found = [effects(sides, Case(check, group, returns(factor))) for factor in RETURNS_FACTORS]
    values, total = sum(one.values for one in found), sum(one.total for one in found)
    clamp, rescale = max(one.clamp for one in found), max(one.rescale for one in found)
    bound = ROUNDING if sides.exact else RELATIVE
    sentence = (
        f"On series of small numbers, clamp sets {values} of {total} values to zero and moves "
        f"forecasts by up to {clamp:.3g} {OF_SCALE}, rescale by {rescale:.2g} ({bound:.2g} "
        f"allowed). {used(sides.config)}"
    )
    if rescale > bound:
        status = Status.FAIL
    else:
        # What clamp does to such series is told; whether it matters depends on the user's.
        status = Status.NOTED if sides.config.small_value_policy == "clamp" else Status.PASS
    return Row(check, group, status, sentence, rescale, bound, OF_SCALE)


def _rows(one: Series) -> tuple[NDArray[np.float64], ...]:
    """Everything that a policy acts upon."""
    return one.targets, one.past_covariates, one.known_covariates


def _small(one: Series) -> int:
    return sum(int(is_small(rows).sum()) for rows in _rows(one))


def returns(factor: float) -> SeriesSet:
    """Daily returns of closing prices, times a factor."""
    closes = close_series(8)
    items = tuple(
        dataclasses.replace(one, targets=factor * np.diff(np.log(one.targets), axis=1))
        for one in closes.series
    )
    return dataclasses.replace(closes, series=items, target_names=("return",))


def on_your_data(sides: Sides, case: Case) -> Row:
    """The user's series: what clamp would do to them, which is for the user to judge."""
    check, group = "small values in your data", Group.DATA
    if not any(map(_small, case.series.series)):
        sentence = f"No value is nearer to zero than {SMALL:g}."
        return Row(check, group, Status.PASS, sentence, 0, 0, "values")
    found = effects(sides, case)
    policy = sides.config.small_value_policy
    figure = {"clamp": found.clamp, "rescale": found.rescale, "keep": 0.0}[policy]
    status = Status.PASS if figure <= RELATIVE else Status.WARN
    parts = [
        f"{found.values:,} of {found.total:,} values ({counted(found.items, 'item')}) are nearer "
        f"to zero than {SMALL:g}.",
        used(sides.config),
        f"Clamp sets them to zero and moves forecasts by up to {found.clamp:.3g} {OF_SCALE}, "
        f"rescale by {found.rescale:.2g}.",
    ]
    if status is Status.WARN and found.rescale <= RELATIVE:
        parts.append("Set CHRONOS_SMALL_VALUES to rescale.")
    return Row(check, group, status, " ".join(parts), figure, RELATIVE, OF_SCALE)


def used(config: CompileConfig) -> str:
    """Which policy a configuration uses, and where that comes from."""
    policy = config.small_value_policy
    if config.small_values != "auto":
        return f"This configuration uses {policy}."
    mode = "compiled" if config.enabled else "eager"
    return f"This configuration uses auto, which is {policy} when {mode}."
