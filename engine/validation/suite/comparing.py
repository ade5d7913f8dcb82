"""One comparison as a row: what was forecast, how far it is apart, and how that is judged."""

from engine.results.judgement import Status
from engine.results.judging import Precision, agreement, judge_by, judge_eager
from engine.validation.report import Row
from engine.validation.suite.sides import Sides, Three


def compared_row(sides: Sides, three: Three) -> Row:
    """Judges forecasts of all sides.

    A configuration that did not run compiled code is not judged: eager would be compared with
    itself.
    """
    case = three.case
    excuse = not_compiled(sides, three)
    if excuse is not None:
        return Row(case.check, case.group, *excuse)
    forecasts = (three.eager.forecast, three.configured.forecast, three.truth.forecast)
    precision = Precision.of(sides.config.dtype, sides.config.dtype)
    found = agreement(case.series, *forecasts, precision)
    if sides.exact and not sides.config.enabled:
        judged = judge_eager(found)
    else:
        judged = judge_by(precision, found, extreme=case.extreme)
    return Row(
        case.check,
        case.group,
        judged.status,
        judged.sentence,
        judged.figure,
        judged.bound,
        judged.unit,
        found,
        three.sample,
    )


def not_compiled(sides: Sides, three: Three) -> tuple[Status, str] | None:
    """Why a forecast that should be compiled is not; None if it is, or need not be."""
    if not sides.config.enabled or three.configured.compiled:
        return None
    cause = sides.configured.fallback_cause
    reason = f"compilation had been given up: {cause}" if cause else "no compiled code ran."
    return Status.NOT_RUN, f"Eager was not compared with itself; {reason}"
