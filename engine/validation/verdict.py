"""The verdict: one status and a few sentences from the results of all checks."""

from collections.abc import Sequence

from engine.base.wording import capitalised, counted, deviations, figure
from engine.config.settings import CompileConfig
from engine.results.judgement import Status
from engine.results.limits import RELATIVE
from engine.validation.report import CheckResult


def overall(results: Sequence[CheckResult], config: CompileConfig) -> tuple[Status, str]:
    """Return the status of a validation and its verdict.

    A check that did not run is no pass, unless it is excused. A validation without results fails.
    """
    judged = [result for result in results if result.status is not Status.NOTED]
    if not judged:
        return Status.FAIL, "No check ran, so nothing was validated."
    off = ""
    if config == config.plain:
        off = " Compilation is off, so compiled code was not validated."
    worst = deciding(results)
    if worst is None:
        return Status.PASS, f"{_safe(judged, config)}{off}"
    alike = [
        result for result in judged if result.status is worst.status and not _is_excused(result)
    ]
    of, named = _of(alike, len(judged)), f"{capitalised(worst.check)}: {worst.sentence}"
    if worst.status is Status.FAIL:
        return Status.FAIL, f"Do not use this configuration. {of} failed. {named}"
    if worst.status is Status.NOT_RUN:
        return Status.NOT_RUN, f"Not validated. {of} did not run. {named}"
    warnings = "warning" if len(alike) == 1 else "warnings"
    advice = f"Read the {warnings} before you use this configuration."
    return Status.WARN, f"{advice} {of} warned. {named}{off}"


def deciding(results: Sequence[CheckResult]) -> CheckResult | None:
    """Return the result that a verdict names, the first of the worst; None where all passed."""
    for status in (Status.FAIL, Status.NOT_RUN, Status.WARN):
        for result in results:
            if result.status is status and not _is_excused(result):
                return result
    return None


def _is_excused(result: CheckResult) -> bool:
    """Say whether the configuration is not to blame for a check that did not run."""
    return result.status is Status.NOT_RUN and result.excused


def _safe(judged: Sequence[CheckResult], config: CompileConfig) -> str:
    """Return the evidence behind a pass, as sentences."""
    found = [result.agreement for result in judged if result.agreement is not None]
    if config == config.plain:
        worst = max((one.configured_error for one in found), default=0.0)
        return f"Largest difference of eager from float64: {deviations(worst)}."
    difference, limit = max(
        ((one.max_relative, one.limit) for one in found), default=(0.0, RELATIVE)
    )
    ran = "compiled code" if config.enabled else "the fused encoder"
    return (
        f"Safe on what was tested. Largest difference: {deviations(difference)} (limit "
        f"{figure(limit)}) in {counted(len(found), 'comparison')}. Every call ran {ran}."
    )


def _of(results: Sequence[CheckResult], count: int) -> str:
    return f"{len(results)} of {counted(count, 'check')}"
