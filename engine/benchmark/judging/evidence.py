"""The evidence of a verdict: every figure that decided, for an engineer to check."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.base.wording import counted
from engine.benchmark.conditions import Conditions
from engine.benchmark.judging import words
from engine.benchmark.judging.statistics import BreakEven
from engine.benchmark.judging.summary import SideSummary, Summary
from engine.benchmark.measurements import Run
from engine.benchmark.setup import BFLOAT16_NAME
from engine.results.proof import CompileProof


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence.

    Attributes:
        title: Its subject, a word or two.
        text: The figures, full sentences.
    """

    title: str
    text: str


def evidence(run: Run, summary: Summary) -> tuple[Evidence, ...]:
    """Return every figure that decided."""
    name = run.setup.name
    proofs = ((one.side, one.proof) for one in run.facts if one.proof)
    found = [
        Evidence("method", _method(run, summary)),
        *(Evidence("calls", calls(name(one.side), one)) for one in summary.sides),
        Evidence("ratio", _ratios(run, summary)),
        *(
            Evidence("forecasts", f"Forecasts of {name(one.side)}: {one.sentence}")
            for one in run.outputs
        ),
        *(Evidence("compiled code", compilation(name(side), proof)) for side, proof in proofs),
        Evidence("break-even", " ".join(_paybacks(summary))),
        Evidence("energy", " ".join(_energy(run))),
        Evidence("machine", f"{conditions_words(run.conditions)}." if run.conditions else ""),
    ]
    return tuple(one for one in found if one.text)


def _method(run: Run, summary: Summary) -> str:
    """Say how it was measured."""
    setup = run.setup
    where = "one process" if setup.processes == 1 else "a process each"
    stopped = f" Timing stopped because {run.ended}." if run.ended else ""
    return (
        f"{setup.names[0]} and {setup.names[1]} forecast {setup.shape} in alternation (ABBA) in "
        f"{where}: {counted(summary.rounds, 'round')} of four calls on rotating inputs.{stopped}"
    )


def calls(name: str, side: SideSummary) -> str:
    """Give the times of a side."""
    return (
        f"{name}: median {words.seconds(side.median.value)} (95 % interval "
        f"{words.seconds(side.median.low)}–{words.seconds(side.median.high)}), "
        f"p95 {words.seconds(side.p95)}, p99 {words.seconds(side.p99)}, spread "
        f"{words.percent(side.spread)}; {counted(side.calls, 'call')} after "
        f"{counted(side.warm_up_calls, 'call')} of warm-up."
    )


def _ratios(run: Run, summary: Summary) -> str:
    """Give the ratios of speed."""
    a, b = run.setup.names
    parts = []
    if summary.speed is not None:
        parts.append(
            f"Speed of {b} relative to {a}: {summary.speed.value:.4f} (95 % interval "
            f"{summary.speed.low:.4f}–{summary.speed.high:.4f}, bootstrap of the rounds). "
            f"Within {words.percent(run.setup.margin)} of 1 counts as no difference."
        )
    if summary.bfloat16_speed is not None:
        parts.append(f"{BFLOAT16_NAME}: {words.times(summary.bfloat16_speed, a)}.")
    return " ".join(parts)


def compilation(name: str, proof: CompileProof) -> str:
    """Say what torch.compile did for a side."""
    ran = proof.calls - proof.uncompiled_calls
    if proof.ahead_of_time:
        of = counted(proof.calls, "call")
        return f"{name}: {proof.scope} compiled ahead of time. {ran} of {of} ran compiled code."
    breaks = counted(proof.breaks, "graph break") if proof.breaks else "no graph breaks"
    return (
        f"{name}: {counted(proof.graphs, 'graph')} (scope {proof.scope}, {proof.backend}, mode "
        f"{proof.mode}), {breaks}, "
        f"{counted(len(proof.recompiles), 'recompile')}. {ran} of {counted(proof.calls, 'call')} "
        f"ran compiled code. CUDA graphs: {proof.cuda_graphs}."
    )


def _paybacks(summary: Summary) -> Iterator[str]:
    """Say when a start is earned back."""
    named: tuple[tuple[str, BreakEven | None], ...] = (
        ("Cold start", summary.cold),
        ("Warm start", summary.warm),
        ("Start ahead of time", summary.ahead),
    )
    for start, payback in named:
        if payback is None:
            continue
        apart = words.seconds(abs(payback.extra))
        if payback.extra > 0:
            earned = words.count_interval(payback.calls)
            yield (
                f"{start}: the faster side takes {apart} longer, earned back after {earned} calls."
            )
        elif payback.extra:
            yield f"{start}: the faster side also starts {apart} sooner."
        else:
            yield f"{start}: both sides take the same time."


def _energy(run: Run) -> Iterator[str]:
    """Give the energy of a side's calls on the GPU."""
    for one in run.energy:
        number = counted(one.calls, "call")
        yield f"{run.setup.name(one.side)}: {one.joules:.3g} J a call, mean of {number}."


def conditions_words(found: Conditions) -> str:
    """Describe the machine during the timing."""

    def measured(value: float | None, unit: str) -> str:
        return "not measured" if value is None else f"{value:.1f}{unit}"

    parts = [
        f"Load {measured(found.load_before, '')} before, {measured(found.load_after, '')} after",
        f"other processes {measured(found.busy_others, ' cores')}",
        f"governor {found.governor or 'unknown'}",
        f"clock {measured(found.clock_before, ' MHz')} before, "
        f"{measured(found.clock_after, ' MHz')} after",
        f"CPU temperature {measured(found.temperature, ' °C')}",
        f"slowed down for heat {measured(found.throttled, ' times')}",
    ]
    parts += [
        f"{gpu.name}: {measured(gpu.temperature, ' °C')}, {measured(gpu.clock, ' MHz')}, slowed "
        f"down: {'not measured' if gpu.throttled is None else gpu.throttled or 'no'}"
        for gpu in found.gpus
    ]
    return "; ".join(parts)
