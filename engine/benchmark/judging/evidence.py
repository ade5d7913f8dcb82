"""What a verdict rests on: every figure that decided, for an engineer to check."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.base.wording import counted
from engine.benchmark.judging import words
from engine.benchmark.judging.statistics import BreakEven
from engine.benchmark.judging.summary import SideSummary, Summary
from engine.benchmark.measurements import HALF_NAME, Conditions, Run, SideFacts


@dataclass(frozen=True, slots=True)
class Ground:
    """Something that a verdict rests on.

    Attributes:
        title: What it is about, a word or two.
        text: The figures, full sentences.
    """

    title: str
    text: str


def grounds(run: Run, summary: Summary) -> tuple[Ground, ...]:
    """Every figure that decided."""
    name = run.setup.name
    proofs = (one for one in run.facts if one.proof)
    machine = f"{conditions_words(run.conditions)}." if run.conditions else ""
    found = [
        Ground("method", how(run, summary)),
        *(Ground("calls", side_sentence(name(one.side), one)) for one in summary.sides),
        Ground("ratio", speeds(run, summary)),
        *(
            Ground("forecasts", f"Forecasts of {name(one.side)}: {one.sentence}")
            for one in run.outputs
        ),
        *(Ground("compiled code", proof_sentence(name(one.side), one)) for one in proofs),
        Ground("pays back", " ".join(paybacks(summary))),
        Ground("energy", " ".join(energy_sentence(run))),
        Ground("machine", f"The machine meanwhile: {machine}" if machine else ""),
    ]
    return tuple(ground for ground in found if ground.text)


def how(run: Run, summary: Summary) -> str:
    """How it was measured."""
    setup = run.setup
    where = "one process" if setup.processes == 1 else "a process each"
    ended = f"; {run.ended}" if run.ended else ""
    return (
        f"{setup.names[0]} and {setup.names[1]} forecast {setup.shape} in turns (ABBA) in {where}, "
        f"{counted(summary.blocks, 'round')} of four calls on rotating inputs{ended}."
    )


def side_sentence(name: str, side: SideSummary) -> str:
    """The times of a side."""
    return (
        f"{name}: median {words.seconds(side.median.value)} "
        f"({words.seconds(side.median.low)}-{words.seconds(side.median.high)}), "
        f"p95 {words.seconds(side.p95)}, p99 {words.seconds(side.p99)}, spread "
        f"{words.percent(side.spread)} over {counted(side.calls, 'call')} after "
        f"{side.warm_up_calls} of warm-up."
    )


def speeds(run: Run, summary: Summary) -> str:
    """The ratios."""
    a, b = run.setup.names
    parts = []
    if summary.speed is not None:
        parts.append(
            f"Speed of {b} relative to {a}: {summary.speed.value:.4f} "
            f"({summary.speed.low:.4f}-{summary.speed.high:.4f}, 95 % bootstrap of the rounds), "
            f"within {words.percent(run.setup.margin)} of 1 counting as no difference."
        )
    if summary.half_speed is not None:
        parts.append(f"Speed of {HALF_NAME}: {words.times(summary.half_speed)}.")
    return " ".join(parts)


def proof_sentence(name: str, facts: SideFacts) -> str:
    """What torch.compile did for a side."""
    proof = facts.proof
    if proof is None:
        return ""
    ran = proof.calls - proof.uncompiled_calls
    return (
        f"Of {name}, torch made {counted(proof.graphs, 'graph')} "
        f"(scope {proof.scope}, {proof.backend}, mode {proof.mode}), "
        f"{counted(sum(proof.graph_breaks.values()), 'break')}, "
        f"{counted(len(proof.recompiles), 'recompile')}; {ran} of "
        f"{counted(proof.calls, 'call')} ran compiled code; CUDA graphs: {proof.cuda_graphs}."
    )


def paybacks(summary: Summary) -> Iterator[str]:
    """When a start has paid for itself."""
    named: tuple[tuple[str, BreakEven | None], ...] = (
        ("an empty", summary.cold),
        ("a filled", summary.warm),
    )
    for cache, payback in named:
        if payback is None:
            continue
        apart = words.seconds(abs(payback.extra))
        if payback.extra > 0:
            earned = words.count_interval(payback.calls)
            price = f"{apart} later and has earned that after {earned} forecasts"
        else:
            price = f"{apart} sooner" if payback.extra else "as soon as the other"
        yield f"From {cache} cache the faster side starts {price}."


def energy_sentence(run: Run) -> Iterator[str]:
    """What calls cost the GPU."""
    for one in run.energy:
        calls = counted(one.calls, "call")
        yield f"{run.setup.name(one.side)}: {one.joules:.3g} J a call over {calls}."


def conditions_words(found: Conditions) -> str:
    """The machine meanwhile."""

    def told(value: float | None, unit: str) -> str:
        return "not measured" if value is None else f"{value:.1f}{unit}"

    parts = [
        f"load {told(found.load_before, '')} before and {told(found.load_after, '')} after",
        f"other processes {told(found.busy_others, ' cores')}",
        f"governor {found.governor or 'not known'}",
        f"clock {told(found.clock_before, ' MHz')}, {told(found.clock_after, ' MHz')} after",
        f"CPU temperature {told(found.temperature, ' C')}",
        f"slowed down for heat: {told(found.throttled, ' times')}",
    ]
    parts += [
        f"{gpu.name} afterwards: {told(gpu.temperature, ' C')}, {told(gpu.clock, ' MHz')}, "
        f"slowed down: {'not measured' if gpu.throttled is None else gpu.throttled or 'no'}"
        for gpu in found.gpus
    ]
    return "; ".join(parts)
