"""From many results to one status and one sentence."""

from collections.abc import Sequence

from engine.base.wording import capitalised, counted, deviations, figure
from engine.config.settings import CompileConfig
from engine.results.judgement import Status
from engine.results.limits import RELATIVE
from engine.validation.report import CheckResult


def overall(rows: Sequence[CheckResult], config: CompileConfig) -> tuple[Status, str]:
    """Return the status of a validation and its verdict, one sentence.

    A check that was not run is no pass, unless it is excused. No results at all are a failure.
    """
    judged = [row for row in rows if row.status is not Status.NOTED]
    if not judged:
        return Status.FAIL, "Nothing was validated, because no check was run."
    off = "" if config.enabled else " Compilation is off, so compiled code was not validated."
    worst = deciding(rows)
    if worst is None:
        return Status.PASS, f"{_safe(judged, config)}{off}"
    alike = [row for row in judged if row.status is worst.status and not _is_excused(row)]
    of, named = _of(alike, len(judged)), f"{capitalised(worst.check)}: {worst.sentence}"
    if worst.status is Status.FAIL:
        return Status.FAIL, f"Do not use this configuration. {of} failed. {named}"
    if worst.status is Status.NOT_RUN:
        return Status.NOT_RUN, f"Not validated. {of} did not run. {named}"
    return Status.WARN, f"Use this configuration with care. {of} warned. {named}{off}"


def deciding(rows: Sequence[CheckResult]) -> CheckResult | None:
    """Return the result that a verdict names, the first of the worst; None where all passed."""
    for status in (Status.FAIL, Status.NOT_RUN, Status.WARN):
        for row in rows:
            if row.status is status and not _is_excused(row):
                return row
    return None


def _is_excused(row: CheckResult) -> bool:
    """Say whether a check did not run for reasons other than the configuration."""
    return row.status is Status.NOT_RUN and row.excused


def _safe(judged: Sequence[CheckResult], config: CompileConfig) -> str:
    """Say what a pass rests on."""
    found = [row.agreement for row in judged if row.agreement is not None]
    if not config.enabled:
        worst = max((one.configured_error for one in found), default=0.0)
        return f"Eager differs from float64 by {deviations(worst)} at most."
    difference, limit = max(
        ((one.max_relative, one.limit) for one in found), default=(0.0, RELATIVE)
    )
    return (
        f"Safe on what was tested. Largest difference: {deviations(difference)} (limit "
        f"{figure(limit)}) in {counted(len(found), 'comparison')}. Every call ran compiled code."
    )


def _of(rows: Sequence[CheckResult], count: int) -> str:
    return f"{len(rows)} of {counted(count, 'check')}"
