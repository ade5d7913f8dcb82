"""What should be known beside the verdict, in words."""

from collections.abc import Iterator

from engine.base.findings import Finding, Severity
from engine.base.wording import as_sentence, counted, were
from engine.benchmark.judging import words
from engine.benchmark.judging.summary import SideSummary, Summary
from engine.benchmark.measurements import Conditions, Run, Side, SideFacts
from engine.results.judgement import Status

MUCH_SLOWER = 3.0
MANY_OUTLIERS = 0.05
DRIFTED = 0.1
BUSY_CORES = 0.25
STOLEN = 0.02
CLOCK_DROP = 0.1


def remarks(run: Run, summary: Summary) -> tuple[Finding, ...]:
    """Everything to be told, warnings first."""
    name = run.setup.name
    found = [
        *(remark for one in summary.sides for remark in about_calls(name(one.side), one)),
        *(remark for one in run.facts for remark in about_compiling(name(one.side), one)),
        *about_small_values(run),
        *about_outputs(run),
        *about_settings(run),
        *about_starts(run),
    ]
    if run.conditions is not None:
        found += about_machine(run.conditions)
    return tuple(sorted(found, key=lambda one: one.severity is Severity.ADVICE))


def warning(subject: str, what: str, remedy: str = "") -> Finding:
    """Something that may have touched the figures."""
    return Finding(Severity.WARNING, subject, what, remedy=remedy)


def advice(subject: str, what: str, remedy: str = "") -> Finding:
    """Something worth knowing."""
    return Finding(Severity.ADVICE, subject, what, remedy=remedy)


def about_calls(name: str, side: SideSummary) -> Iterator[Finding]:
    """What the times of a side show."""
    if side.first_call > MUCH_SLOWER * side.median.value:
        yield advice(
            name,
            f"The first call of {name} took {words.seconds(side.first_call)}, "
            f"{side.first_call / side.median.value:,.0f} times a steady one; it was not counted.",
        )
    if side.warm_up_calls and not side.warmed_up:
        yield warning(
            name,
            f"After {counted(side.warm_up_calls, 'call')} of warm-up the times of {name} were not "
            "steady yet.",
            "Give it more time.",
        )
    if side.outliers > MANY_OUTLIERS * side.calls:
        yield warning(
            name,
            f"{side.outliers} of {counted(side.calls, 'call')} of {name} took far longer than the "
            "others.",
            "Close other programs; the ratio leaves such rounds out.",
        )
    if abs(side.drift - 1) > DRIFTED:
        yield warning(
            name,
            f"Calls of {name} at the end took {side.drift:.2f} times those at the beginning.",
            "Let the machine come to rest; turns cancel most of a drift, but not all.",
        )
    if side.compiled:
        yield warning(
            name,
            f"{counted(side.compiled, 'graph')} {were(side.compiled)} compiled while {name} was "
            "timed.",
            "Run it longer.",
        )


def about_compiling(name: str, facts: SideFacts) -> Iterator[Finding]:
    """What torch.compile had to say."""
    proof = facts.proof
    if proof is None:
        return
    breaks = sum(proof.graph_breaks.values())
    if breaks:
        yield warning(
            name,
            f"Capture of {name} had to stop {counted(breaks, 'time')}; between the graphs eager "
            "code runs.",
            "Compile the blocks or the encoder.",
        )
    if proof.no_code_reason:
        yield warning(name, as_sentence(proof.no_code_reason), "Use inductor.")
    if proof.skipped_cuda_graphs:
        skipped = proof.skipped_cuda_graphs
        yield warning(name, f"For {name} CUDA graphs were asked for and {skipped}.")


def about_small_values(run: Run) -> Iterator[Finding]:
    """What small-value policies altered, told once where it is the same for several sides."""
    altered = {
        one.side: (run.setup.config(one.side).small_value_policy, one.changed_values)
        for one in run.facts
        if one.changed_values
    }
    for policy, values in dict.fromkeys(altered.values()):
        names = (run.setup.name(side) for side, what in altered.items() if what == (policy, values))
        what = (
            f"The small-value policy {policy} altered {counted(values, 'value')} of the input of "
            f"{', '.join(names)}."
        )
        if policy == "clamp":
            remedy = "leave forecasts of small numbers whole"
            yield warning("small values", what, f"Set CHRONOS_SMALL_VALUES to rescale to {remedy}.")
        else:
            yield advice("small values", what)


def about_outputs(run: Run) -> Iterator[Finding]:
    """Where forecasts differ more than rounding explains."""
    for check in run.outputs:
        if check.status in {Status.WARN, Status.FAIL}:
            say = advice if check.side is Side.HALF else warning
            name = run.setup.name(check.side)
            yield say(name, f"Forecasts of {name}: {check.sentence}")


def about_settings(run: Run) -> Iterator[Finding]:
    """What the configurations themselves do to times."""
    a, b = run.setup.configs
    for name, config in zip(run.setup.names, (a, b), strict=True):
        if config.debug:
            yield warning(
                name,
                f"Debug logging of {name} is on, which is slow.",
                "Set CHRONOS_INDUCTOR_DEBUG=0.",
            )
    if a == b:
        yield advice("configurations", "Both sides have the same configuration.")
    if run.setup.shape.rows == 1:
        yield advice(
            "batch",
            "One row at a time was forecast.",
            "A larger batch makes better use of a machine.",
        )


def about_starts(run: Run) -> Iterator[Finding]:
    """What fresh starts show."""
    for start in run.starts:
        if start.fallback:
            yield warning(
                run.setup.name(start.side),
                f"A start of {run.setup.name(start.side)} fell back to eager: {start.fallback}",
            )


def is_busy(found: Conditions) -> bool:
    """Whether other processes took a noticeable part of the machine."""
    return found.busy_others is not None and found.busy_others > BUSY_CORES


def about_machine(found: Conditions) -> Iterator[Finding]:
    """What the machine did meanwhile."""
    subject = "machine"
    if is_busy(found):
        yield warning(
            subject,
            f"It was busy: other processes kept {found.busy_others:.1f} cores at work.",
            "Close other programs: intervals get wide, and times longer than they need be.",
        )
    if found.stolen is not None and found.stolen > STOLEN:
        yield warning(
            subject, f"Its host took {words.percent(found.stolen)} of the time for other guests."
        )
    if found.governor == "powersave":
        yield advice(
            subject, "The CPU's governor is powersave.", "Use performance for steady clocks."
        )
    if found.throttled:
        times = counted(found.throttled, "time")
        yield warning(subject, f"The CPU slowed down for heat {times}.", "Cool it.")
    before, after = found.clock_before, found.clock_after
    if before and after and after < (1 - CLOCK_DROP) * before:
        yield warning(subject, f"The CPU's clock fell from {before:.0f} to {after:.0f} MHz.")
    for gpu in found.gpus:
        if gpu.throttled:
            yield warning(gpu.name, f"The GPU was slowed down: {gpu.throttled}.")
        if gpu.others:
            others = f"{gpu.others} other process" + ("es were" if gpu.others > 1 else " was")
            yield warning(gpu.name, f"{others} on the GPU.", "End what need not run.")
