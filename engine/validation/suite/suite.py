"""The suite: all checks, in order. A check that crashes stops no other."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.base.errors import Cancelled, first_line
from engine.base.memory import is_out_of_memory
from engine.data.series import SeriesSet
from engine.model.loading import release_reserve
from engine.results.judgement import Status
from engine.validation.case import ALL_SERIES, Case, Group
from engine.validation.job import Validate
from engine.validation.report import CheckResult
from engine.validation.suite import accuracy, behaviour, compilation, small_values, state
from engine.validation.suite.comparing import compare_case
from engine.validation.suite.own_data import OwnData
from engine.validation.suite.scenarios import scenarios
from engine.validation.suite.shapes import Limits, SuiteShape, covering_shapes
from engine.validation.suite.sides import Sides

OUT_OF_MEMORY = "Memory ran out. Use a smaller batch size, a shorter context, or another device."

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Check:
    """One step of the suite.

    Attributes:
        name: Its name.
        group: Its subject.
        run: Returns its results, usually one.
    """

    name: str
    group: Group
    run: Callable[[], list[CheckResult]]


def make_suite(sides: Sides, series: SeriesSet | None, job: Validate) -> list[Check]:
    """Return all checks in order: the first one compiles, the last two prove what ran."""
    kept = state.State(sides)
    strength = 3 if job.thorough else 2
    shapes = covering_shapes(Limits.of(sides.configured), strength)
    checks = [
        _single("first forecast", Group.COMPILATION, compilation.smoke, sides),
        *(_case_check(sides, case) for case in scenarios()),
        _single("repeated predictions", Group.BEHAVIOUR, behaviour.stability, sides),
        _single("batch of 64", Group.BEHAVIOUR, behaviour.batch_invariance, sides),
        _single("horizon of 64 and of 16", Group.BEHAVIOUR, behaviour.horizon_consistency, sides),
        _single("small values", Group.BEHAVIOUR, small_values.on_returns, sides),
        *(_shape_check(sides, shape) for shape in shapes),
        Check(state.AMONG_OTHERS, Group.STATE, kept.among_other_shapes),
        Check(state.REPEATED, Group.STATE, kept.repeats),
        Check(state.TWO_FORECASTERS, Group.STATE, kept.two_forecasters),
        Check(state.RELOADED, Group.STATE, kept.reloaded_model),
    ]
    if series is not None:
        own = OwnData(sides, series, job)
        checks += [
            Check(ALL_SERIES, Group.DATA, own.all_items),
            Check("small values in your data", Group.DATA, own.small_values),
            Check(accuracy.CHECK, Group.DATA, own.accuracy),
        ]
    if sides.config.encoder == "fused":
        checks.append(_single("fused encoder", Group.COMPILATION, compilation.fused_encoder, sides))
    return [
        *checks,
        _proof_check(sides),
        _single("fallback", Group.COMPILATION, compilation.fallback, sides),
    ]


def replay(sides: Sides, case: Case) -> list[Check]:
    """Return the checks of a replay: one case, and the proof that compiled code ran."""
    return [_case_check(sides, case), _proof_check(sides)]


def _proof_check(sides: Sides) -> Check:
    """Return the check that every call ran compiled code."""
    return _single("compiled code ran", Group.COMPILATION, compilation.compiled_code_ran, sides)


def _case_check(sides: Sides, case: Case) -> Check:
    """Return the check that compares all sides on one case."""
    return Check(case.check, case.group, lambda: [compare_case(sides, case)])


def _shape_check(sides: Sides, shape: SuiteShape) -> Check:
    """Return the check of one shape; its series are made when it runs."""
    return Check(shape.name, Group.SHAPES, lambda: [compare_case(sides, shape.case())])


def _single(name: str, group: Group, run: Callable[[Sides], CheckResult], sides: Sides) -> Check:
    return Check(name, group, lambda: [run(sides)])


def run_check(check: Check) -> Iterator[CheckResult]:
    """Run a check and yield its results; a check that crashes fails, and stops no other.

    Where memory runs out, the check counts as not run, because the configuration is not to blame:
    float64 takes twice the memory, and compiled code that runs out of memory falls back by itself.

    Raises:
        Cancelled: The job was asked to stop.
    """
    ran_out = False
    try:
        yield from check.run()
    except Cancelled:
        raise
    except Exception as error:
        logger.exception("The check %r crashed", check.name)
        what = f"{type(error).__name__}: {first_line(error)}."
        ran_out = is_out_of_memory(error)
        status = Status.NOT_RUN if ran_out else Status.FAIL
        sentence = f"{OUT_OF_MEMORY} {what}" if ran_out else f"The check crashed: {what}"
        yield CheckResult(check.name, check.group, status, sentence)
    # Only now, because the error held the memory.
    if ran_out:
        release_reserve()
