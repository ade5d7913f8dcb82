"""Run the jobs of the validation: load the sides, run the checks, report each as it ends."""

import dataclasses
from collections.abc import Sequence
from time import perf_counter

from engine.model.compiling import forget_compiled_code, make_room
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
    """Run a validation or a replay; the job's docstring lists its events.

    Raises:
        UserError: The file, the model, the device or the baseline cannot be used.
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
    try:
        results = run_checks(checks, sides, context)
    finally:
        if sides.config.enabled:
            # Its other forecasters count towards torch's limit of graphs for one function.
            forget_compiled_code()
    report = reported(sides, results, perf_counter() - started)
    if baseline is not None:
        changes = changes_since(baseline, report)
        for result in changes:
            context.emit(CheckEnded(result))
        results = (*report.results, *changes)
        status, verdict = overall(results, sides.config)
        seconds = perf_counter() - started
        report = dataclasses.replace(
            report, status=status, verdict=verdict, results=results, seconds=seconds
        )
    context.emit(Validated(report))


def run_checks(
    checks: Sequence[Check], sides: Sides, context: JobContext
) -> tuple[CheckResult, ...]:
    """Run checks in order, and emit each result as its check ends."""
    results: list[CheckResult] = []
    for index, check in enumerate(checks):
        context.check_cancelled()
        context.emit(Progress("Validating", index, len(checks), check.name))
        make_room(sides.config)
        for result in run_check(check):
            results.append(result)
            context.emit(CheckEnded(result))
    return tuple(results)


def reported(sides: Sides, results: Sequence[CheckResult], seconds: float) -> Report:
    """Return the report on results."""
    status, verdict = overall(results, sides.config)
    return Report(
        status=status,
        verdict=verdict,
        results=tuple(results),
        config=sides.config,
        machine=describe_machine(),
        model=sides.model.description,
        proof=sides.proof,
        fallback_cause=sides.configured.fallback_cause,
        seconds=seconds,
    )
