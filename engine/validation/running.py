"""The validate and replay jobs: load, run the checks, and tell each row as it ends."""

from collections.abc import Sequence
from time import perf_counter

from engine import jobs
from engine.compiler import make_room
from engine.context import JobContext
from engine.events import Progress, RowJudged, Validated
from engine.job_data import read_series
from engine.machine import describe_machine
from engine.validation.baseline import read_baseline
from engine.validation.battery import Check, battery, replay, run_check
from engine.validation.changes import changes_since
from engine.validation.report import Report, Row
from engine.validation.sides import Sides, make_sides
from engine.validation.verdict import overall


def run(job: jobs.Validate | jobs.Replay, context: JobContext) -> None:
    """Runs the job. Events: see `jobs.Validate` and `jobs.Replay`.

    Raises:
        UserError: Something that the user can mend.
        Cancelled: The job was asked to stop.
    """
    started = perf_counter()
    baseline = None
    if isinstance(job, jobs.Replay):
        sides = make_sides(job.config, job.device, context)
        checks = replay(sides, job.case)
    else:
        if job.against is not None:
            baseline = read_baseline(job.against)
        series = None if job.data is None else read_series(job.data, context)
        sides = make_sides(job.config, job.device, context)
        checks = battery(sides, series, job)
    report = reported(sides, run_checks(checks, sides, context), perf_counter() - started)
    if baseline is not None:
        changes = changes_since(baseline, report)
        for row in changes:
            context.emit(RowJudged(row))
        report = reported(sides, (*report.rows, *changes), perf_counter() - started)
    context.emit(Validated(report))


def run_checks(checks: Sequence[Check], sides: Sides, context: JobContext) -> tuple[Row, ...]:
    """Runs checks in turn and tells their rows."""
    rows: list[Row] = []
    for place, check in enumerate(checks):
        context.check_cancelled()
        context.emit(Progress("Validating", place, len(checks), check.name))
        make_room(sides.config)
        for row in run_check(check):
            rows.append(row)
            context.emit(RowJudged(row))
    return tuple(rows)


def reported(sides: Sides, rows: Sequence[Row], seconds: float) -> Report:
    """Adds up rows."""
    status, verdict = overall(rows, sides.config)
    return Report(
        status=status,
        verdict=verdict,
        rows=tuple(rows),
        config=sides.config,
        machine=describe_machine(),
        model=sides.model.description,
        proof=sides.proof,
        fallback_cause=sides.configured.fallback_cause,
        seconds=seconds,
    )
