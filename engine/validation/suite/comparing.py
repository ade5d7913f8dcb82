"""The check that compares the forecasts of all sides on one case."""

from engine.results.agreement import Precision, agreement
from engine.results.judgement import Status
from engine.results.judging import judge_by, judge_eager
from engine.validation.report import CheckResult
from engine.validation.suite.sides import SideForecasts, Sides


def compare_sides(sides: Sides, forecasts: SideForecasts) -> CheckResult:
    """Judge the forecasts of all sides.

    Forecasts of a configuration that did not run compiled code are not judged: eager would be
    compared with itself.
    """
    case = forecasts.case
    excuse = not_compiled(sides, forecasts)
    if excuse is not None:
        return CheckResult(case.check, case.group, *excuse)
    precision = Precision.of(sides.config.dtype, sides.config.dtype)
    found = agreement(
        case.series,
        forecasts.eager.forecast,
        forecasts.configured.forecast,
        forecasts.truth.forecast,
        precision,
    )
    if sides.exact and not sides.config.enabled:
        judged = judge_eager(found)
    else:
        judged = judge_by(precision, found, extreme=case.extreme)
    return CheckResult(
        case.check,
        case.group,
        judged.status,
        judged.sentence,
        judged.figure,
        judged.limit,
        judged.unit,
        found,
        forecasts.compared,
    )


def not_compiled(sides: Sides, forecasts: SideForecasts) -> tuple[Status, str] | None:
    """Explain why a forecast is not compiled; return None if it is, or need not be."""
    if not sides.config.enabled or forecasts.configured.compiled:
        return None
    return Status.NOT_RUN, f"{sides.why_eager} Eager is not compared with itself."
