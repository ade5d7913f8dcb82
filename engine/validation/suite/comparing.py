"""The check that compares the forecasts of all sides on one case."""

import dataclasses

from engine.model.forecaster import ForecastResult
from engine.results.agreement import Precision, agreement
from engine.results.judgement import Status
from engine.results.judging import judge_by, judge_eager
from engine.results.shapes import BatchShape
from engine.validation.case import Case
from engine.validation.report import CheckResult
from engine.validation.suite.sides import SideForecasts, Sides, forecast_all


def compare_case(sides: Sides, case: Case) -> CheckResult:
    """Forecast a case by all sides, and judge the forecasts of all its series."""
    # Values before the context change no forecast, and must not set the scale of differences.
    seen = sides.configured.context_for(case.context_length)
    case = dataclasses.replace(case, series=case.series.last(seen))
    result = compare_sides(sides, forecast_all(sides, case))
    if result.agreement is None:
        return result
    return dataclasses.replace(result, shapes=shapes_of(sides, case))


def shapes_of(sides: Sides, case: Case) -> tuple[BatchShape, ...]:
    """Return the shapes of the batches of a case."""
    return sides.configured.batch_shapes(
        case.series, case.horizon, case.context_length, case.batch_size
    )


def compare_sides(sides: Sides, forecasts: SideForecasts) -> CheckResult:
    """Judge the forecasts of all sides.

    Forecasts of a configuration that did not run compiled code are not judged: eager would be
    compared with itself.
    """
    case = forecasts.case
    excuse = not_compiled(sides, forecasts.configured)
    if excuse is not None:
        return CheckResult(case.check, case.group, *excuse)
    precision = Precision.of(sides.config.plain.precision, sides.config.precision)
    found = agreement(
        case.series,
        forecasts.eager.forecast,
        forecasts.configured.forecast,
        forecasts.truth.forecast,
        precision,
        usual_error=0.0 if sides.exact else sides.usual_error,
    )
    if sides.exact and sides.configured is sides.eager:
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


def not_compiled(sides: Sides, forecast: ForecastResult) -> tuple[Status, str] | None:
    """Explain why a forecast is not compiled; return None if it is, or need not be."""
    if not sides.config.enabled or forecast.compiled:
        return None
    return Status.NOT_RUN, f"{sides.why_eager} Eager is not compared with itself."
