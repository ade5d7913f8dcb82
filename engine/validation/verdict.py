"""Many rows -> one status and one sentence."""

from collections.abc import Sequence

from engine.base.wording import capitalised, counted
from engine.config.settings import CompileConfig
from engine.results.judgement import Status
from engine.results.judging import RELATIVE
from engine.validation.report import Row


def overall(rows: Sequence[Row], config: CompileConfig) -> tuple[Status, str]:
    """The status of a validation and its verdict, one sentence.

    A check that was not run is no pass, unless it is excused. No rows at all are a failure.
    """
    judged = [row for row in rows if row.status is not Status.NOTED]
    if not judged:
        return Status.FAIL, "Nothing was validated: no check was run."
    off = "" if config.enabled else " Compilation is off, so nothing is said about compiled code."
    worst = deciding(rows)
    if worst is None:
        return Status.PASS, f"{_safe(judged, config)}{off}"
    alike = [row for row in judged if row.status is worst.status and not _is_excused(row)]
    of, named = _of(alike, len(judged)), f"{capitalised(worst.check)}: {worst.sentence}"
    if worst.status is Status.FAIL:
        return Status.FAIL, f"Do not use this configuration: {of} failed. {named}"
    if worst.status is Status.NOT_RUN:
        return Status.NOT_RUN, f"Not validated: {of} could not be run. {named}"
    return Status.WARN, f"Use this configuration with care: {of} warn. {named}{off}"


def deciding(rows: Sequence[Row]) -> Row | None:
    """The check that a verdict names: the first of the worst ones; None where all is well."""
    for status in (Status.FAIL, Status.NOT_RUN, Status.WARN):
        for row in rows:
            if row.status is status and not _is_excused(row):
                return row
    return None


def _is_excused(row: Row) -> bool:
    """Whether a check was not run, and that is no fault of the configuration."""
    return row.status is Status.NOT_RUN and row.excused


def _safe(judged: Sequence[Row], config: CompileConfig) -> str:
    """What a pass rests on."""
    found = [row.agreement for row in judged if row.agreement is not None]
    if not config.enabled:
        worst = max((one.configured_error for one in found), default=0.0)
        return f"Eager is within {worst:.2g} of scale of float64."
    figure, bound = max(((one.max_relative, one.allowed) for one in found), default=(0.0, 0.0))
    # Where eager itself is further from the truth than most, more is allowed than elsewhere.
    allowed = f" ({bound:.2g} allowed there)" if bound > RELATIVE else ""
    return (
        f"Safe on what was tested: compiled and eager agree within {figure:.2g} of scale{allowed} "
        f"in {counted(len(found), 'comparison')}, and compiled code ran throughout."
    )


def _of(rows: Sequence[Row], count: int) -> str:
    return f"{len(rows)} of {counted(count, 'check')}"
