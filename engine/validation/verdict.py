"""Many rows -> one status and one sentence."""

from collections.abc import Sequence

from engine.config import CompileConfig
from engine.validation.report import Row, Status
from engine.wording import counted


def overall(rows: Sequence[Row], config: CompileConfig) -> tuple[Status, str]:
    """The status of a validation and its verdict, one sentence.

    A check that was not run is no pass, unless it is excused. No rows at all are a failure.
    """
    judged = [row for row in rows if row.status is not Status.NOTED]
    if not judged:
        return Status.FAIL, "Nothing was validated: no check was run."
    count = len(judged)
    failed, missing, warned = (
        [row for row in judged if row.status is status]
        for status in (Status.FAIL, Status.NOT_RUN, Status.WARN)
    )
    if failed:
        return Status.FAIL, (
            f"Do not use this configuration: {_of(failed, count)} failed. {_named(failed[0])}"
        )
    missing = [row for row in missing if not row.excused]
    if missing:
        return Status.NOT_RUN, (
            f"Not validated: {_of(missing, count)} could not be run. {_named(missing[0])}"
        )
    off = "" if config.enabled else " Compilation is off, so nothing is said about compiled code."
    if warned:
        return Status.WARN, (
            f"Use this configuration with care: {_of(warned, count)} warn. {_named(warned[0])}{off}"
        )
    return Status.PASS, f"{_safe(judged, config)}{off}"


def _safe(judged: Sequence[Row], config: CompileConfig) -> str:
    """What a pass rests on."""
    found = [row.agreement for row in judged if row.agreement is not None]
    if not config.enabled:
        worst = max((one.configured_error for one in found), default=0.0)
        return f"Eager is within {worst:.2g} of scale of float64."
    worst = max((one.max_relative for one in found), default=0.0)
    return (
        f"Safe on what was tested: compiled and eager agree within {worst:.2g} of scale in "
        f"{counted(len(found), 'comparison')}, and compiled code ran throughout."
    )


def _of(rows: Sequence[Row], count: int) -> str:
    return f"{len(rows)} of {counted(count, 'check')}"


def _named(row: Row) -> str:
    return f"{row.check.capitalize()}: {row.sentence}"
