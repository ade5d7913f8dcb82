"""The warnings beside a verdict: what else you should know about a run."""

from collections.abc import Iterator

from engine.base.findings import Finding, Severity
from engine.base.wording import as_sentence, counted, were
from engine.benchmark.conditions import Conditions
from engine.benchmark.judging import words
from engine.benchmark.judging.summary import SideSummary, Summary
from engine.benchmark.measurements import Run, SideFacts
from engine.benchmark.setup import Side
from engine.results.judgement import Status

MUCH_SLOWER = 3.0
MANY_OUTLIERS = 0.05
DRIFTED = 0.1
BUSY_CORES = 0.25
STOLEN = 0.02
CLOCK_DROP = 0.1


def warnings(run: Run, summary: Summary) -> tuple[Finding, ...]:
    """Return all warnings and advice, warnings first."""
    name = run.setup.name
    found = [
        *(one for side in summary.sides for one in _about_calls(name(side.side), side)),
        *(one for facts in run.facts for one in _about_compiling(name(facts.side), facts)),
        *_about_small_values(run),
        *_about_outputs(run),
        *_about_settings(run),
        *_about_starts(run),
    ]
    if run.conditions is not None:
        found += _about_machine(run.conditions)
    return tuple(sorted(found, key=lambda one: one.severity is Severity.ADVICE))


def warning(subject: str, what: str, remedy: str = "") -> Finding:
    """Return a finding that may have changed the figures."""
    return Finding(Severity.WARNING, subject, what, remedy=remedy)


def advice(subject: str, what: str, remedy: str = "") -> Finding:
    """Return a finding that is good to know."""
    return Finding(Severity.ADVICE, subject, what, remedy=remedy)


def _about_calls(name: str, side: SideSummary) -> Iterator[Finding]:
    """Warn about the times of a side."""
    if side.first_call > MUCH_SLOWER * side.median.value:
        yield advice(
            name,
            f"The first call of {name} took {words.seconds(side.first_call)}, "
            f"{side.first_call / side.median.value:,.0f} times as long as a steady call. It is "
            "not counted.",
        )
    if side.warm_up_calls and not side.warmed_up:
        yield warning(
            name,
            f"After {counted(side.warm_up_calls, 'call')} of warm-up, the times of {name} were "
            "not steady.",
            "Run longer.",
        )
    if side.outliers > MANY_OUTLIERS * side.calls:
        yield warning(
            name,
            f"{side.outliers} of {counted(side.calls, 'call')} of {name} took far longer than the "
            "others.",
            "Close other programs. The ratio ignores such rounds.",
        )
    if abs(side.drift - 1) > DRIFTED:
        yield warning(
            name,
            f"Calls of {name} at the end took {side.drift:.2f} times as long as at the beginning.",
            "Wait until the machine is idle. Alternating removes most drift, not all.",
        )
    if side.compiled:
        yield warning(
            name,
            f"{counted(side.compiled, 'graph')} {were(side.compiled)} compiled while {name} was "
            "timed.",
            "Run longer.",
        )


def _about_compiling(name: str, facts: SideFacts) -> Iterator[Finding]:
    """Warn about the compilation of a side."""
    proof = facts.proof
    if proof is None:
        return
    if proof.breaks:
        yield warning(
            name,
            f"{name} has {counted(proof.breaks, 'graph break')}. Eager code runs between the "
            "graphs.",
            "Compile the blocks or the encoder.",
        )
    if proof.no_code_reason:
        yield warning(name, as_sentence(proof.no_code_reason), "Use the backend inductor.")
    if proof.skipped_cuda_graphs:
        yield warning(name, f"{name} asked for CUDA graphs. They were {proof.skipped_cuda_graphs}.")


def _about_small_values(run: Run) -> Iterator[Finding]:
    """Warn about changed small values, once where several sides have the same."""
    changed = {
        one.side: (run.setup.config(one.side).small_value_policy, one.changed_values)
        for one in run.facts
        if one.changed_values
    }
    for policy, values in dict.fromkeys(changed.values()):
        names = (run.setup.name(side) for side, what in changed.items() if what == (policy, values))
        what = (
            f"The small-value policy {policy} changed {counted(values, 'value')} of the input of "
            f"{', '.join(names)}."
        )
        if policy == "clamp":
            yield warning(
                "small values", what, "To keep them, set CHRONOS_SMALL_VALUES to rescale."
            )
        else:
            yield advice("small values", what)


def _about_outputs(run: Run) -> Iterator[Finding]:
    """Warn about forecasts that differ more than rounding explains."""
    for check in run.outputs:
        if check.status in {Status.WARN, Status.FAIL}:
            say = advice if check.side is Side.BFLOAT16 else warning
            name = run.setup.name(check.side)
            yield say(name, f"Forecasts of {name}: {check.sentence}")


def _about_settings(run: Run) -> Iterator[Finding]:
    """Warn about settings that change times by themselves."""
    a, b = run.setup.configs
    for name, config in zip(run.setup.names, (a, b), strict=True):
        if config.debug:
            yield warning(
                name,
                f"Debug logging is on for {name}, and it is slow.",
                "Set CHRONOS_INDUCTOR_DEBUG=0.",
            )
    if a == b:
        yield advice("configurations", "Both sides have the same configuration.")
    if run.setup.shape.rows == 1:
        yield advice(
            "batch", "Each call forecasts one row.", "A larger batch uses the machine better."
        )


def _about_starts(run: Run) -> Iterator[Finding]:
    """Warn about fresh starts that fell back."""
    for start in run.starts:
        if start.fallback:
            name = run.setup.name(start.side)
            yield warning(name, f"A start of {name} fell back to eager. {start.fallback}")


def is_busy(found: Conditions) -> bool:
    """Say whether other processes took a noticeable part of the machine."""
    return found.busy_others is not None and found.busy_others > BUSY_CORES


def _about_machine(found: Conditions) -> Iterator[Finding]:
    """Warn about the machine during the timing."""
    subject = "machine"
    if is_busy(found):
        yield warning(
            subject,
            f"Other processes used {found.busy_others:.1f} cores. Times are longer and less "
            "certain than on an idle machine.",
            "Close other programs.",
        )
    if found.stolen is not None and found.stolen > STOLEN:
        yield warning(
            subject,
            f"The host of this virtual machine took {words.percent(found.stolen)} of the time.",
        )
    if found.governor == "powersave":
        yield advice(
            subject, "The CPU governor is powersave.", "Use performance for a steady clock."
        )
    if found.throttled:
        times = counted(found.throttled, "time")
        yield warning(
            subject,
            f"The CPU slowed down for heat {times}.",
            "Check the cooling, then run again.",
        )
    before, after = found.clock_before, found.clock_after
    if before and after and after < (1 - CLOCK_DROP) * before:
        yield warning(subject, f"The CPU clock fell from {before:.0f} to {after:.0f} MHz.")
    for gpu in found.gpus:
        if gpu.throttled:
            yield warning(gpu.name, f"The GPU slowed down: {gpu.throttled}.")
        if gpu.others:
            others = f"{gpu.others} other process" + ("es" if gpu.others > 1 else "")
            verb = "use" if gpu.others > 1 else "uses"
            yield warning(gpu.name, f"{others} {verb} the GPU.", "End processes you do not need.")
