"""How far two forecasts are apart, and whether that is too far."""

from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

from engine.base.wording import counted
from engine.data.series import SeriesSet
from engine.results.differences import compare, series_scales
from engine.results.forecasts import ForecastSet
from engine.results.judgement import Agreement, Status

RELATIVE = 1e-4
"""Difference, in units of scale (see `scales_of`), that no use of a forecast can notice."""

ROUNDING = 1e-6
"""What float32 rounds off at least, in the same units: what is smaller is no evidence."""

BEYOND_ROUNDING = 10.0
"""Times eager's own rounding error from which on a difference is more than rounding."""

AS_WRONG_AS_EAGER = 3.0
"""Where eager itself is far from the truth, compiled may be this many times as far from eager."""

GUIDE_ABSOLUTE = 1e-2
GUIDE_ABSOLUTE_EXTREME = 0.1
GUIDE_RELATIVE = 0.05
"""The guide's floors: a mean absolute error below the first two, or below 5 % of the level."""

OF_SCALE = "of scale"

Values = NDArray[np.float64]


class Precision(Enum):
    """What eager and the configuration compute in, which decides what rounding explains.

    Attributes:
        FULL: Both in float32.
        HALF: Both in the same half precision.
        MIXED: In one precision each.
        UNKNOWN: In one that no float64 forecast tells the rounding of.
    """

    FULL = auto()
    HALF = auto()
    MIXED = auto()
    UNKNOWN = auto()

    @classmethod
    def of(cls, eager: str, configured: str) -> "Precision":
        """That of two dtypes."""
        if eager != configured:
            return cls.MIXED
        return cls.FULL if eager == "float32" else cls.HALF


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a comparison ended; see `report.Row`."""

    status: Status
    sentence: str
    figure: float
    bound: float
    unit: str = OF_SCALE


def agreement(
    series: SeriesSet,
    eager: ForecastSet,
    configured: ForecastSet,
    truth: ForecastSet,
    precision: Precision = Precision.FULL,
) -> Agreement:
    """Compares three forecasts of the same series.

    Args:
        series: The series, no longer than the model looks at them.
        eager: Their eager forecast.
        configured: That under the configuration.
        truth: That of eager in float64.
        precision: What eager and the configuration compute in.
    """
    scales = scales_of(series, truth)
    overall = compare(eager, configured, scales)
    level = np.concatenate([np.abs(item.values).ravel() for item in eager.items])
    mean_level = float(np.mean(level, where=np.isfinite(level)))
    apart, eager_errors, errors = (
        largest_by_item(one, other, scales)
        for one, other in ((eager, configured), (truth, eager), (truth, configured))
    )
    allowed = allowed_by_item(eager_errors)
    rounded = np.maximum(eager_errors, errors) if precision is Precision.MIXED else eager_errors
    explained = rounding_by_item(rounded)
    if precision is Precision.UNKNOWN:
        explained = np.full_like(explained, RELATIVE)
    worst = worst_place(errors if precision is Precision.HALF else apart, rounded, errors)
    return Agreement(
        mean_absolute=overall.mean_absolute,
        relative_mean=overall.mean_absolute / mean_level if mean_level else float("nan"),
        max_relative=float(apart[worst]),
        allowed=float(allowed[worst]),
        eager_error=float(eager_errors[worst]),
        configured_error=float(errors[worst]),
        missing_agree=overall.missing_agree,
        new_crossings=new_crossings(eager, configured, scales, explained),
        worst_item=series.series[worst].item_id,
        worst_target=_worst_target(series, eager, configured, scales, worst),
    )


def scales_of(series: SeriesSet, forecast: ForecastSet) -> list[Values]:
    """The unit of every item's differences, shape (targets,) each.

    It is the series' scale (`differences.series_scales`), or the forecast's widest 80 % band where
    that is wider: after two or three points a forecast is a guess over many scales, and rounds
    accordingly.
    """
    low, high = forecast.level_place(0.1), forecast.level_place(0.9)
    units = []
    for item, scale in zip(forecast.items, series_scales(series), strict=True):
        band = item.values[:, :, high] - item.values[:, :, low]
        widest = np.where(np.isfinite(band), band, 0.0).max(axis=1)
        units.append(np.maximum(scale, widest))
    return units


def worst_place(figures: Values, eager_errors: Values, errors: Values) -> int:
    """The item that decides: where a value is missing, else what fails, else what would warn.

    One item must not hide what is wrong with another, so the kind of fault comes before its size.
    Where nothing is wrong, it is the item with the largest figure.

    Args:
        figures: What is judged of every item, shape (items,).
        eager_errors: Its largest |eager - truth|; infinite if one is missing.
        errors: Its largest |configured - truth|; infinite if one is missing.
    """
    missing = np.isinf(eager_errors) | np.isinf(errors)
    with np.errstate(invalid="ignore"):
        of_allowed = figures / allowed_by_item(eager_errors)
        of_rounding = figures / rounding_by_item(eager_errors)
    excess = np.where(of_allowed > 1, of_allowed, np.where(of_rounding > 1, of_rounding, figures))
    # Of eager against itself nothing is apart, and the error is what counts.
    kinds = (errors, np.where(missing, np.inf, excess), of_rounding > 1, of_allowed > 1, missing)
    return int(np.lexsort(kinds)[-1])


def rounding_by_item(eager_errors: Values) -> Values:
    """The difference that rounding explains for every item, shape (items,)."""
    return BEYOND_ROUNDING * np.maximum(eager_errors, ROUNDING)


def allowed_by_item(eager_errors: Values) -> Values:
    """The difference that is allowed for every item, shape (items,)."""
    return np.maximum(RELATIVE, AS_WRONG_AS_EAGER * eager_errors)


def largest_by_item(one: ForecastSet, other: ForecastSet, scales: list[Values]) -> Values:
    """The largest relative difference of every item, shape (items,); infinite if one is NaN."""
    return np.array(
        [
            _relative(first.values, second.values, scale).max()
            for first, second, scale in zip(one.items, other.items, scales, strict=True)
        ]
    )


def _relative(one: Values, other: Values, scale: Values) -> Values:
    """|one - other| over the scale; 0 where both are missing, infinite where one is."""
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
    """Neighbouring quantiles that eager has in order and the configuration has not.

    Where eager's lie upon each other rounding alone puts some in another order: such do not count.

    Args:
        eager: Eager's forecast.
        configured: That under the configuration.
        scales: The unit of every item's differences.
        rounding: What rounding explains of every item, shape (items,).
    """
    count = 0
    both = zip(eager.items, configured.items, strict=True)
    for items, scale, width in zip(both, scales, rounding, strict=True):
        before, after = (np.diff(item.values, axis=2) / scale[:, None, None] for item in items)
        are_new = (after < -ROUNDING) & (before >= -ROUNDING) & (before - after > width)
        count += int(are_new.sum())
    return count


def judge_by(precision: Precision, found: Agreement, *, extreme: bool = False) -> Judgement:
    """The judgement that suits a precision.

    Args:
        precision: What eager and the configuration compute in.
        found: The comparison.
        extreme: Whether the guide's wider bound applies.
    """
    if precision is Precision.MIXED:
        return judge_mixed(found)
    return (judge_half if precision is Precision.HALF else judge)(found, extreme=extreme)


def judge(found: Agreement, *, extreme: bool) -> Judgement:
    """Judges a compiled float32 forecast against eager.

    In turn: NaN in the same places, quantiles in the order that eager has them in, the guide's
    bound, the scale-free bound, and what rounding explains.

    Args:
        found: The comparison.
        extreme: Whether the guide's wider bound applies.
    """
    broken = _broken(found) or _crossing(found) or _beyond_guide(found, extreme)
    if broken:
        return broken
    figure, bound = found.max_relative, found.allowed
    if figure > bound:
        return Judgement(
            Status.FAIL,
            f"The difference is up to {figure:.2g} {OF_SCALE}, above {bound:.2g} ({_where(found)}"
            f"); {_nearer(found)}.",
            figure,
            bound,
        )
    rounding = float(rounding_by_item(np.array(found.eager_error)))
    if figure > rounding:
        return Judgement(
            Status.WARN,
            f"The difference is up to {figure:.2g} {OF_SCALE}, more than rounding explains "
            f"({rounding:.2g}; {_where(found)}); {_nearer(found)}.",
            figure,
            rounding,
        )
    return _agreed(figure, bound)


def judge_half(found: Agreement, *, extreme: bool) -> Judgement:
    """Judges a half precision: its error against float64 is told, and is never a pass.

    It may be as far from float64 as eager in the same precision, times what rounding explains.
    """
    broken = _broken(found) or _beyond_guide(found, extreme)
    if broken:
        return broken
    bound = max(RELATIVE, AS_WRONG_AS_EAGER * found.eager_error)
    if found.configured_error > bound:
        return Judgement(
            Status.FAIL,
            f"Up to {found.configured_error:.2g} {OF_SCALE} away from float64, above {bound:.2g}: "
            f"eager in the same precision is {found.eager_error:.2g} away ({_where(found)}).",
            found.configured_error,
            bound,
        )
    return Judgement(
        Status.WARN,
        f"Half precision is up to {found.configured_error:.2g} {OF_SCALE} away from float64, "
        f"{RELATIVE:.2g} would be a pass ({_where(found)}; eager in the same precision: "
        f"{found.eager_error:.2g}).",
        found.configured_error,
        RELATIVE,
    )


def judge_mixed(found: Agreement) -> Judgement:
    """Judges forecasts of two precisions: what they are apart is told, and is never a pass.

    What float32 rounds off is no measure for half a precision, so that only what is wrong in any
    precision, or beyond the guide's bound, is a failure.
    """
    broken = _broken(found) or _beyond_guide(found, extreme=False)
    if broken:
        return broken
    return Judgement(
        Status.WARN,
        f"In another precision than eager: up to {found.max_relative:.2g} {OF_SCALE} apart "
        f"({_where(found)}). Float64 is {found.eager_error:.2g} away from eager and "
        f"{found.configured_error:.2g} from these.",
        found.max_relative,
        RELATIVE,
    )


def judge_eager(found: Agreement) -> Judgement:
    """Judges eager float32 against float64, where nothing is compiled."""
    broken = _broken(found)
    if broken:
        return broken
    figure = found.configured_error
    status = Status.PASS if figure <= RELATIVE else Status.WARN
    sentence = f"Eager is up to {figure:.2g} {OF_SCALE} away from float64, {RELATIVE:.2g} allowed."
    return Judgement(status, sentence, figure, RELATIVE)


def judge_unproven(
    series: SeriesSet, eager: ForecastSet, compiled: ForecastSet, *, exact: bool
) -> Judgement:
    """Judges compiled against eager where no float64 forecast says which of them is right.

    A difference that no use can notice is a pass. Of a larger one it is not known whether eager
    rounds as badly, which a validation finds out, so it is a warning; what is wrong whatever the
    truth may be is a failure.

    Args:
        series: The series.
        eager: Their eager forecast.
        compiled: Their compiled one.
        exact: Whether both are in float32, so that quantiles should not cross either.
    """
    found = agreement(series, eager, compiled, eager, Precision.UNKNOWN)
    broken = _broken(found) or (_crossing(found) if exact else None) or _beyond_guide(found, False)
    if broken:
        return broken
    figure, bound = found.max_relative, found.allowed
    if figure > bound:
        times = figure / bound
        return Judgement(
            Status.WARN,
            f"Up to {figure:.2g} {OF_SCALE} apart, {times:.2g} times the {bound:.2g} that is "
            f"allowed ({_where(found)}).",
            figure,
            bound,
        )
    return _agreed(figure, bound)


def judge_policy(
    series: SeriesSet, policy: str, kept: ForecastSet, treated: ForecastSet
) -> Judgement:
    """Judges what a small-value policy does to eager forecasts.

    Args:
        series: The series.
        policy: "clamp" or "rescale".
        kept: The forecast of the values as they are.
        treated: The forecast under the policy.
    """
    found = compare(kept, treated, series_scales(series))
    figure = found.max_relative
    if not found.missing_agree:
        sentence = f"With the small-value policy {policy}, NaN stands in other places than without."
        return Judgement(Status.WARN, sentence, float("nan"), 0.0)
    if not found.compared:
        sentence = f"No forecast is finite, with the small-value policy {policy} or without it."
        return Judgement(Status.FAIL, sentence, float("nan"), 0.0)
    if figure <= RELATIVE:
        sentence = f"The small-value policy {policy} moves no forecast by more than {figure:.2g} "
        return Judgement(Status.PASS, f"{sentence}{OF_SCALE}.", figure, RELATIVE)
    sentence = (
        f"The small-value policy {policy} moves forecasts by up to {figure:.2g} {OF_SCALE} "
        f"({found.worst_item}, {found.worst_target}), {RELATIVE:.2g} allowed."
    )
    if policy == "clamp":
        sentence += " Set small values to rescale, and they stay as they are."
    return Judgement(Status.WARN, sentence, figure, RELATIVE)


def _agreed(figure: float, bound: float) -> Judgement:
    sentence = f"At most {figure:.2g} {OF_SCALE} apart, {bound:.2g} allowed."
    if not figure:
        sentence = "The same as eager to the bit."
    return Judgement(Status.PASS, sentence, figure, bound)


def _broken(found: Agreement) -> Judgement | None:
    """Whether values are missing where they should not be."""
    if not found.missing_agree:
        sentence = f"NaN or infinity stands in one forecast and not in the other ({_where(found)})."
        return Judgement(Status.FAIL, sentence, float("nan"), 0.0)
    if not np.isfinite(found.mean_absolute):
        sentence = "No value is finite in both forecasts."
        return Judgement(Status.FAIL, sentence, float("nan"), 0.0)
    if np.isinf(found.eager_error) or np.isinf(found.configured_error):
        sentence = f"A value is missing that float64 has ({_where(found)})."
        return Judgement(Status.FAIL, sentence, float("nan"), 0.0)
    return None


def _crossing(found: Agreement) -> Judgement | None:
    """Whether quantiles cross that do not in eager."""
    count = found.new_crossings
    if not count:
        return None
    return Judgement(
        Status.FAIL,
        f"Neighbouring quantiles that eager keeps in order cross, {counted(count, 'time')}.",
        count,
        0,
        "crossing pairs of quantiles",
    )


def _beyond_guide(found: Agreement, extreme: bool) -> Judgement | None:
    """Whether both of the guide's bounds are missed: the absolute one and that of the level."""
    floor = GUIDE_ABSOLUTE_EXTREME if extreme else GUIDE_ABSOLUTE
    if found.mean_absolute < floor or found.relative_mean < GUIDE_RELATIVE:
        return None
    return Judgement(
        Status.FAIL,
        f"The mean difference is {found.relative_mean:.2g} of the level, above "
        f"{GUIDE_RELATIVE:.2g}, and {found.mean_absolute:.2g} in all, above {floor:.2g} "
        f"({_where(found)}).",
        found.relative_mean,
        GUIDE_RELATIVE,
        "of the level",
    )


def _where(found: Agreement) -> str:
    return f"{found.worst_item}, {found.worst_target}"


def _nearer(found: Agreement) -> str:
    """Which of the two is to be believed."""
    if found.nearer == "neither":
        return "both are as far from float64"
    name = "eager" if found.nearer == "eager" else "the configuration"
    return f"{name} is nearer to float64"
