"""The answer: which side forecasts faster, or why that is not said. A pure function."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from engine.base.findings import Finding
from engine.base.wording import counted, were
from engine.benchmark.judging import words
from engine.benchmark.judging.evidence import Ground, grounds
from engine.benchmark.judging.statistics import BreakEven, Interval
from engine.benchmark.judging.summary import Summary
from engine.benchmark.judging.warnings import is_busy, remarks
from engine.benchmark.measurements import OutputCheck, Run, Side, SideFacts
from engine.benchmark.measuring.sampling import LEAST_BLOCKS
from engine.results.judgement import Status
from engine.results.limits import DEVIATIONS

LONGEST_PAYBACK = 24.0
"""Hours after which a start that has not paid for itself is not worth it."""

LOOSE = 0.05
"""Half width of an interval from which on its figure is only a rough one."""


class Answer(StrEnum):
    """What is said."""

    A_FASTER = "a faster"
    B_FASTER = "b faster"
    NO_DIFFERENCE = "no difference"
    REFUSED = "refused"


class Refusal(StrEnum):
    """Why there is no answer.

    A `FAULT` is something wrong with a side; `UNKNOWN` is what a run that was stopped did not
    come to; more `TIME`, or a quieter machine, may give an answer.
    """

    FAULT = "fault"
    UNKNOWN = "unknown"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer and what it rests on.

    Attributes:
        answer: The answer.
        refusal: Why there is none; None where there is one.
        headline: For a manager, one sentence or two.
        sentence: The headline with its reservations.
        grounds: For an engineer, every figure that decided.
        reservations: What limits the answer, a full sentence each.
        remarks: What else should be known, such as that the machine was busy.
        complete: Whether the run came to its end.
    """

    answer: Answer
    refusal: Refusal | None
    headline: str
    sentence: str
    grounds: tuple[Ground, ...]
    reservations: tuple[str, ...]
    remarks: tuple[Finding, ...]
    complete: bool

    @property
    def limited(self) -> bool:
        """Whether there is an answer that must not be told without its reservations."""
        return bool(self.reservations)

    @property
    def paragraph(self) -> str:
        """All grounds as prose."""
        return " ".join(ground.text for ground in self.grounds)


def judge(run: Run, summary: Summary) -> Verdict:
    """Answers, or refuses to and says why."""
    refusal, causes = refused(run, summary)
    limits: tuple[str, ...] = ()
    if refusal is not None or summary.speed is None:
        answer, headline = Answer.REFUSED, f"No verdict: {' '.join(causes)}"
    else:
        answer = answer_for(summary.speed, run.setup.margin)
        limits = tuple(reservations(run, summary.speed, answer))
        headline = recommendation(run, summary, summary.speed, answer)
    if not run.complete:
        how = "it failed" if run.failure else "stopped before its end"
        headline = f"Incomplete, {how}. {headline}"
    return Verdict(
        answer,
        refusal,
        headline,
        " ".join((headline, *limits)),
        grounds(run, summary),
        limits,
        remarks(run, summary),
        run.complete,
    )


def answer_for(speed: Interval, margin: float) -> Answer:
    """Which side is faster.

    All of the interval must be beyond the margin, or all within it. Where its end lies in
    between, an interval of half the margin's width lets the figure decide: then "faster" is
    four standard errors away from "equally fast". A wider one is refused.
    """
    most, least = 1 + margin, 1 / (1 + margin)
    narrow = speed.half_width <= margin / 2
    if speed.low > most or (narrow and speed.value > most):
        return Answer.B_FASTER
    if speed.high < least or (narrow and speed.value < least):
        return Answer.A_FASTER
    if narrow or (speed.low >= least and speed.high <= most):
        return Answer.NO_DIFFERENCE
    return Answer.REFUSED


def refused(run: Run, summary: Summary) -> tuple[Refusal | None, list[str]]:
    """Why there is no verdict, and that in full sentences; None and none if there is one."""
    if causes := faults(run):
        return Refusal.FAULT, causes
    if causes := unproven(run) + stopped(run, summary):
        return Refusal.UNKNOWN, causes
    if summary.blocks < LEAST_BLOCKS:
        return Refusal.TIME, [too_few_rounds(run, summary)]
    if any(output_of(run, side) is None for side in run.setup.judged):
        return Refusal.UNKNOWN, ["Not every compiled side was compared with eager."]
    speed = summary.speed
    if speed is None or answer_for(speed, run.setup.margin) is Answer.REFUSED:
        measured = f", {words.times(speed)}," if speed else ""
        return Refusal.TIME, [
            f"The machine was too noisy: the interval of the ratio{measured} is too wide to say. "
            "Close other programs, or give it more time."
        ]
    return None, []


def stopped(run: Run, summary: Summary) -> list[str]:
    """Why a run that somebody stopped among its turns decides nothing, however it stood then.

    Whoever may stop when a ratio pleases finds differences everywhere.
    """
    if run.complete or run.ended:
        return []
    if summary.speed is None:
        return ["Hardly a turn was taken."]
    a, b = run.setup.names
    so_far = words.times(summary.speed)
    return [f"So far {b} was {so_far} as fast as {a}, which decides nothing."]


def too_few_rounds(run: Run, summary: Summary) -> str:
    """How many rounds there are, and what would bring more."""
    busy = run.conditions is not None and is_busy(run.conditions)
    return (
        f"{LEAST_BLOCKS} rounds of calls are needed, and only {summary.blocks} could be taken; "
        f"{'the machine was busy: close other programs, or ' if busy else ''}give it more time."
    )


def faults(run: Run) -> list[str]:
    """What is wrong with a side, or was with the run, a full sentence each."""
    found = [run.failure] if run.failure else []
    for side in compiled_sides(run):
        found += uncompiled(run.setup.name(side), run.facts_of(side))
    found += [
        f"The forecasts of {run.setup.name(check.side)} and {run.setup.eager_name} differ. "
        f"{check.sentence}"
        for check in run.outputs
        if check.side in run.setup.judged and check.status is Status.FAIL
    ]
    return found


def unproven(run: Run) -> list[str]:
    """Which sides nobody has asked whether they ran compiled code."""
    return [
        f"It is not known whether {run.setup.name(side)} ran compiled code."
        for side in compiled_sides(run)
        if (facts := run.facts_of(side)) is None or facts.proof is None or not facts.proof.calls
    ]


def compiled_sides(run: Run) -> list[Side]:
    """The sides that should run compiled code."""
    return [side for side in (Side.A, Side.B) if run.setup.config(side).enabled]


def uncompiled(name: str, facts: SideFacts | None) -> list[str]:
    """Why a side that should be compiled does not count as compiled."""
    if facts is None:
        return []
    if facts.fallback:
        call = "" if facts.fallback_call is None else f" in call {facts.fallback_call + 1}"
        return [f"{name} fell back to eager{call}. {facts.fallback}"]
    proof = facts.proof
    if proof is None or not proof.calls or proof.compiled_code_ran:
        return []
    if not proof.graph_runs:
        return [f"{name} compiled nothing: none of its {proof.calls} calls ran compiled code."]
    return [
        f"{proof.uncompiled_calls} of the {counted(proof.calls, 'call')} of {name} ran eager code "
        "although compilation is on."
    ]


def recommendation(run: Run, summary: Summary, speed: Interval, answer: Answer) -> str:
    """The sentence for a manager."""
    a, b = run.setup.names
    payback = summary.cold or summary.warm
    never = never_pays(payback, run.setup.calls_per_hour)
    b_is_better = never if answer is Answer.A_FASTER else answer is Answer.B_FASTER and not never
    chosen = f"Use {b}" if b_is_better else f"Keep {a}"
    faster = a if answer is Answer.A_FASTER else b
    no_difference = ", no difference that matters" if answer is Answer.NO_DIFFERENCE else ""
    sentence = f"{chosen}: {b} is {words.times(speed)}{no_difference}"
    if payback is not None and payback.extra > 0 and answer is not Answer.NO_DIFFERENCE:
        sentence += f" at {words.seconds(payback.extra)} warm-up" if faster == b else ""
        sentence += f"; {payback_words(faster, b, payback, run.setup.calls_per_hour)}"
    elif payback is not None and payback.extra > 0 and speed.value > 1:
        sentence += f", at {words.seconds(payback.extra)} warm-up"
    return f"{sentence}.{half_sentence(run, summary, speed)}"


def never_pays(payback: BreakEven | None, calls_per_hour: float | None) -> bool:
    """Whether, at the user's rate, a start takes too long to pay for itself."""
    if payback is None or calls_per_hour is None:
        return False
    return payback.calls.value / calls_per_hour > LONGEST_PAYBACK


def payback_words(name: str, b: str, payback: BreakEven, calls_per_hour: float | None) -> str:
    """After how many forecasts, and how long, a start has paid for itself."""
    who = "it" if name == b else name
    text = f"{who} pays back after {words.count(payback.calls.value)} forecasts"
    if calls_per_hour is None:
        return text
    hours = payback.calls.value / calls_per_hour
    return f"{text}, {words.duration(hours)} at {calls_per_hour:,.0f} an hour"


def half_sentence(run: Run, summary: Summary, speed: Interval) -> str:
    """That bfloat16 would do more, if it would, and how different its forecasts are."""
    half, check = summary.half_speed, output_of(run, Side.HALF)
    best = max(speed.value, 1.0) * (1 + run.setup.margin)
    if half is None or half.low <= best or check is None or check.status is Status.FAIL:
        return ""
    return (
        f" bfloat16 eager would be {half.value:.2g}x, with forecasts up to {check.difference:.2g} "
        f"{DEVIATIONS} apart."
    )


def reservations(run: Run, speed: Interval, answer: Answer) -> Iterator[str]:
    """What an answer must not be told without."""
    faster = answer is not Answer.NO_DIFFERENCE
    if faster and speed.half_width > max(LOOSE, run.setup.margin / 2):
        yield "How much is known only roughly; more time or a quieter machine would tell."
    for side in compiled_sides(run):
        facts = run.facts_of(side)
        if facts is not None and facts.proof is not None and facts.proof.hollow:
            yield f"Of {run.setup.name(side)}, {facts.proof.hollow}."
    clamped = [
        facts.changed_values
        for side in (Side.A, Side.B)
        if (facts := run.facts_of(side)) is not None
        and run.setup.config(side).small_value_policy == "clamp"
    ]
    if any(clamped):
        yield (
            f"But {counted(max(clamped), 'value')} of the input {were(max(clamped))} set to 0 "
            "(small values, clamp), which can change forecasts."
        )


def output_of(run: Run, side: Side) -> OutputCheck | None:
    """How a side's forecast compares with the eager one."""
    return next((one for one in run.outputs if one.side is side), None)
