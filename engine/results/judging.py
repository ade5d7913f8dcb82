"""Judgements of whether forecasts are too far apart, one for each precision and purpose."""

import numpy as np

from engine.base.wording import counted, deviations, figure
from engine.data.series import SeriesSet
from engine.results.agreement import Agreement, Precision, agreement
from engine.results.differences import compare, series_scales
from engine.results.forecasts import ForecastSet
from engine.results.judgement import Judgement, Status
from engine.results.limits import (
    GUIDE_ABSOLUTE,
    GUIDE_ABSOLUTE_EXTREME,
    GUIDE_RELATIVE,
    RELATIVE,
    rounding_by_item,
)


def judge_by(precision: Precision, found: Agreement, *, extreme: bool = False) -> Judgement:
    """Judge a comparison as its precision demands.

    Args:
        precision: The number formats of eager and the configuration.
        found: The comparison.
        extreme: Whether the compile guide's limit for extreme series applies.
    """
    if precision is Precision.MIXED:
        return judge_mixed(found)
    return (judge_half if precision is Precision.HALF else judge)(found, extreme=extreme)


def judge(found: Agreement, *, extreme: bool) -> Judgement:
    """Judge a compiled float32 forecast against eager.

    In turn: NaN in the same positions, quantiles in eager's order, the limit of the compile guide,
    the scale-free limit, and what rounding explains.

    Args:
        found: The comparison.
        extreme: Whether the compile guide's limit for extreme series applies.
    """
    broken = _missing(found) or _crossing(found) or _beyond_guide(found, extreme)
    if broken:
        return broken
    difference, limit = found.max_relative, found.limit
    if difference > limit:
        sentence = (
            f"Largest difference: {deviations(difference)} (limit {figure(limit)}; "
            f"{_item(found)}). {_nearer(found)}"
        )
        return Judgement(Status.FAIL, sentence, difference, limit)
    rounding = float(rounding_by_item(np.array(found.eager_error)))
    if difference > rounding:
        sentence = (
            f"{_difference(found)}, more than rounding explains ({figure(rounding)}). "
            f"{_nearer(found)}"
        )
        return Judgement(Status.WARN, sentence, difference, rounding)
    return _agreed(difference, limit)


def judge_half(found: Agreement, *, extreme: bool) -> Judgement:
    """Judge a half precision: its difference from float64 is reported, and is never a pass.

    The limit is `limit_by_item` of eager in the same precision: the error of the item, or the
    usual one where that is larger.
    """
    broken = _missing(found) or _beyond_guide(found, extreme)
    if broken:
        return broken
    limit = found.limit
    error = f"Largest difference from float64: {deviations(found.configured_error)}"
    eager = f"Eager in the same precision differs by {figure(found.eager_error)}."
    if found.configured_error > limit:
        sentence = f"{error} ({_item(found)}; limit {figure(limit)}). {eager}"
        return Judgement(Status.FAIL, sentence, found.configured_error, limit)
    sentence = f"Half precision. {error} ({_item(found)}; {figure(RELATIVE)} would pass). {eager}"
    return Judgement(Status.WARN, sentence, found.configured_error, RELATIVE)


def judge_mixed(found: Agreement) -> Judgement:
    """Judge forecasts of two precisions: their difference is reported, and is never a pass.

    The rounding of float32 is no measure for half precision. Only what is wrong in any precision,
    or beyond the limit of the compile guide, fails.
    """
    broken = _missing(found) or _beyond_guide(found, extreme=False)
    if broken:
        return broken
    sentence = (
        f"Another precision than eager. {_difference(found)}. Difference from float64: eager "
        f"{figure(found.eager_error)}, this {figure(found.configured_error)}."
    )
    return Judgement(Status.WARN, sentence, found.max_relative, RELATIVE)


def judge_eager(found: Agreement) -> Judgement:
    """Judge eager float32 against float64, where nothing is compiled."""
    broken = _missing(found)
    if broken:
        return broken
    error = found.configured_error
    status = Status.PASS if error <= RELATIVE else Status.WARN
    sentence = (
        f"Largest difference of eager from float64: {deviations(error)} (limit {figure(RELATIVE)})."
    )
    return Judgement(status, sentence, error, RELATIVE)


def judge_unproven(
    series: SeriesSet, eager: ForecastSet, compiled: ForecastSet, *, exact: bool
) -> Judgement:
    """Judge compiled against eager without a float64 forecast to say which of them is right.

    A difference that does not matter in any use passes. A larger one is a warning, because eager
    may round as badly; only a validation shows whether it does. Missing values, crossing quantiles
    and a mean difference beyond the limits of the compile guide fail.

    Args:
        series: The series.
        eager: The eager forecast.
        compiled: The compiled forecast.
        exact: Whether both are in float32, where quantiles must not cross either.
    """
    found = agreement(series, eager, compiled, eager, Precision.UNKNOWN)
    crossing = _crossing(found) if exact else None
    broken = _missing(found) or crossing or _beyond_guide(found, extreme=False)
    if broken:
        return broken
    difference, limit = found.max_relative, found.limit
    if difference > limit:
        times = figure(difference / limit)
        sentence = f"{_difference(found)}, {times} times the limit of {figure(limit)}."
        return Judgement(Status.WARN, sentence, difference, limit)
    return _agreed(difference, limit)


def judge_policy(
    series: SeriesSet, policy: str, kept: ForecastSet, treated: ForecastSet
) -> Judgement:
    """Judge the effect of a small-value policy on eager forecasts.

    Args:
        series: The series.
        policy: "clamp" or "rescale".
        kept: The forecast of the unchanged values.
        treated: The forecast under the policy.
    """
    found = compare(kept, treated, series_scales(series))
    moved = found.max_relative
    name = f"The small-value policy {policy}"
    if not found.missing_agree:
        sentence = f"{name} gives NaN in other positions than unchanged values do."
        return Judgement(Status.WARN, sentence, float("nan"), 0.0)
    if not found.compared:
        sentence = f"No forecast is finite, with the small-value policy {policy} or without it."
        return Judgement(Status.FAIL, sentence, float("nan"), 0.0)
    if moved <= RELATIVE:
        sentence = f"{name} moves forecasts by {deviations(moved)} at most."
        return Judgement(Status.PASS, sentence, moved, RELATIVE)
    sentence = (
        f"{name} moves forecasts by up to {deviations(moved)} "
        f"({found.worst_item}, {found.worst_target}; limit {figure(RELATIVE)})."
    )
    if policy == "clamp":
        sentence += " To keep small values, set Small values to rescale."
    return Judgement(Status.WARN, sentence, moved, RELATIVE)


def _agreed(difference: float, limit: float) -> Judgement:
    sentence = f"Largest difference: {deviations(difference)} (limit {figure(limit)})."
    if not difference:
        sentence = "Equal to eager, bit by bit."
    return Judgement(Status.PASS, sentence, difference, limit)


def _missing(found: Agreement) -> Judgement | None:
    """Fail a comparison in which values are missing that should not be."""
    sentence = ""
    if not found.missing_agree:
        sentence = (
            f"One forecast has NaN or infinity where the other has a number ({_item(found)})."
        )
    elif not np.isfinite(found.mean_absolute):
        sentence = "No value is finite in both forecasts."
    elif np.isinf(found.eager_error) or np.isinf(found.configured_error):
        sentence = f"A value is missing that the float64 forecast has ({_item(found)})."
    return Judgement(Status.FAIL, sentence, float("nan"), 0.0) if sentence else None


def _crossing(found: Agreement) -> Judgement | None:
    """Fail a comparison in which quantiles cross that do not cross in eager."""
    count = found.new_crossings
    if not count:
        return None
    sentence = f"Neighbouring quantiles cross {counted(count, 'time')} that are in order in eager."
    return Judgement(Status.FAIL, sentence, count, 0, "crossing pairs of quantiles")


def _beyond_guide(found: Agreement, extreme: bool) -> Judgement | None:
    """Fail a comparison that misses both limits of the compile guide, absolute and relative."""
    limit = GUIDE_ABSOLUTE_EXTREME if extreme else GUIDE_ABSOLUTE
    if found.mean_absolute < limit or found.relative_mean < GUIDE_RELATIVE:
        return None
    sentence = (
        f"The mean difference is {100 * found.relative_mean:.2g} % of the level (limit "
        f"{100 * GUIDE_RELATIVE:.2g} %) and {figure(found.mean_absolute)} in the units of the data "
        f"(limit {figure(limit)}): both limits of the compile guide are missed ({_item(found)})."
    )
    return Judgement(Status.FAIL, sentence, found.relative_mean, GUIDE_RELATIVE, "of the level")


def _difference(found: Agreement) -> str:
    return f"Largest difference: {deviations(found.max_relative)} ({_item(found)})"


def _item(found: Agreement) -> str:
    return f"{found.worst_item}, {found.worst_target}"


def _nearer(found: Agreement) -> str:
    """Say which of the two is closer to float64."""
    if found.nearer == "neither":
        return "Both are equally close to float64."
    name = "Eager" if found.nearer == "eager" else "The configuration"
    return f"{name} is closer to float64."
