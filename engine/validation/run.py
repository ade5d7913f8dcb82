"""The validate and replay jobs: load, run the checks, and tell each row as it ends."""

from collections.abc import Sequence
from time import perf_counter

from engine.model.compiling import make_room
from engine.model.machine import describe_machine
from engine.runtime.context import JobContext
from engine.runtime.events import Progress
from engine.runtime.job_data import read_series
from engine.validation.baseline import read_baseline
from engine.validation.changes import changes_since
from engine.validation.events import CheckEnded, Validated
from engine.validation.job import Replay, Validate
from engine.validation.report import CheckResult, Report
from engine.validation.suite.sides import Sides, make_sides
from engine.validation.suite.suite import Check, make_suite, replay, run_check
from engine.validation.verdict import overall


def run(job: Validate | Replay, context: JobContext) -> None:
    """Runs the job. Events: see `jobs.Validate` and `jobs.Replay`.

    Raises:
        UserError: Something that the user can mend.
        Cancelled: The job was asked to stop.
    """
    started = perf_counter()
    baseline = None
    if isinstance(job, Replay):
        sides = make_sides(job.config, job.device, context)
        checks = replay(sides, job.case)
    else:
        if job.against is not None:
            baseline = read_baseline(job.against)
        series = None if job.data is None else read_series(job.data, context)
        sides = make_sides(job.config, job.device, context)
        checks = make_suite(sides, series, job)
    report = reported(sides, run_checks(checks, sides, context), perf_counter() - started)
    if baseline is not None:
        changes = changes_since(baseline, report)
        for row in changes:
            context.emit(CheckEnded(row))
        report = reported(sides, (*report.results, *changes), perf_counter() - started)
    context.emit(Validated(report))


def run_checks(
    checks: Sequence[Check], sides: Sides, context: JobContext
) -> tuple[CheckResult, ...]:
    """Runs checks in turn and tells their rows."""
    rows: list[CheckResult] = []
    for place, check in enumerate(checks):
        context.check_cancelled()
        context.emit(Progress("Validating", place, len(checks), check.name))
        make_room(sides.config)
        for row in run_check(check):
            rows.append(row)
            context.emit(CheckEnded(row))
    return tuple(rows)


def reported(sides: Sides, rows: Sequence[CheckResult], seconds: float) -> Report:
    """Adds up rows."""
    status, verdict = overall(rows, sides.config)
    return Report(
        status=status,
        verdict=verdict,
        results=tuple(rows),
        config=sides.config,
        machine=describe_machine(),
        model=sides.model.description,
        proof=sides.proof,
        fallback_cause=sides.configured.fallback_cause,
        seconds=seconds,
    )
