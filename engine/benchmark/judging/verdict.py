"""The verdict: which side is faster, or why there is no verdict. A pure function of the run."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from engine.base.findings import Finding
from engine.base.wording import capitalised, counted, deviations, were
from engine.benchmark.judging import words
from engine.benchmark.judging.evidence import Evidence, evidence
from engine.benchmark.judging.statistics import BreakEven, Interval
from engine.benchmark.judging.summary import Summary
from engine.benchmark.judging.warnings import is_busy, warnings
from engine.benchmark.measurements import OutputCheck, Run, SideFacts
from engine.benchmark.measuring.rounds import LEAST_ROUNDS
from engine.benchmark.setup import Side
from engine.config.settings import CompileConfig
from engine.results.judgement import Status

LONGEST_PAYBACK = 24.0
"""Hours within which a slower start must be earned back to be worth it."""

LOOSE = 0.05
"""Half width of an interval above which its ratio is only rough."""


class Answer(StrEnum):
    """The answer of a verdict."""

    A_FASTER = "a faster"
    B_FASTER = "b faster"
    NO_DIFFERENCE = "no difference"
    REFUSED = "refused"

    @property
    def short(self) -> str:
        """Return what it says about B, in a word or two."""
        return SHORT[self]


SHORT = {
    Answer.B_FASTER: "faster",
    Answer.A_FASTER: "slower",
    Answer.NO_DIFFERENCE: "no difference",
    Answer.REFUSED: "no verdict",
}


class Refusal(StrEnum):
    """Why there is no answer.

    `FAULT`: a side or the run is faulty. `UNKNOWN`: a run that was stopped lacks the proof.
    `TIME`: more time or an idle machine may give an answer.
    """

    FAULT = "fault"
    UNKNOWN = "unknown"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer and its evidence.

    Attributes:
        answer: The answer.
        refusal: Why there is none; None if there is one.
        headline: The answer in one or two sentences.
        sentence: The headline with its caveats.
        evidence: Every figure that decided.
        caveats: What limits the answer, a full sentence each.
        warnings: What else you should know, such as a busy machine.
        complete: Whether the run reached its end.
    """

    answer: Answer
    refusal: Refusal | None
    headline: str
    sentence: str
    evidence: tuple[Evidence, ...]
    caveats: tuple[str, ...]
    warnings: tuple[Finding, ...]
    complete: bool

    @property
    def limited(self) -> bool:
        """Say whether the answer has caveats, and must not be shown without them."""
        return bool(self.caveats)

    @property
    def paragraph(self) -> str:
        """Return all evidence as one paragraph."""
        return " ".join(one.text for one in self.evidence)


def judge(run: Run, summary: Summary) -> Verdict:
    """Return the verdict on a run: an answer, or a refusal with its reason."""
    refusal, causes = refused(run, summary)
    limits: tuple[str, ...] = ()
    if refusal is not None or summary.speed is None:
        answer, headline = Answer.REFUSED, f"No verdict. {' '.join(causes)}"
    else:
        answer = answer_for(summary.speed, run.setup.margin)
        limits = tuple(caveats(run, summary.speed, answer))
        headline = _recommendation(run, summary, summary.speed, answer)
    if not run.complete:
        how = "The run failed." if run.failure else "The run stopped early."
        headline = f"{how} {headline}"
    return Verdict(
        answer,
        refusal,
        headline,
        " ".join((headline, *limits)),
        evidence(run, summary),
        limits,
        warnings(run, summary),
        run.complete,
    )


def answer_for(speed: Interval, margin: float) -> Answer:
    """Return which side is faster.

    The whole interval must lie beyond the margin, or within it. If the margin cuts the interval,
    the ratio decides as long as the interval is at most half as wide as the margin: "faster" is
    then four standard errors away from "equally fast". A wider interval gives no answer.
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
    """Return why there is no verdict, with full sentences; None if there is one."""
    if causes := faults(run):
        return Refusal.FAULT, causes
    if causes := _unproven(run) + stopped(run, summary):
        return Refusal.UNKNOWN, causes
    if summary.rounds < LEAST_ROUNDS:
        return Refusal.TIME, [_too_few_rounds(run, summary)]
    if any(_output_of(run, side) is None for side in run.setup.judged):
        return Refusal.UNKNOWN, ["Not every compiled side was compared with eager."]
    speed = summary.speed
    if speed is None or answer_for(speed, run.setup.margin) is Answer.REFUSED:
        measured = f" ({words.interval(speed)})" if speed else ""
        return Refusal.TIME, [
            f"The machine was too noisy: the interval of the ratio is too wide{measured}. "
            "Close other programs, or run longer."
        ]
    return None, []


def stopped(run: Run, summary: Summary) -> list[str]:
    """Return why a run that was stopped during the timing decides nothing.

    Optional stopping inflates false positives.
    """
    if run.complete or run.ended:
        return []
    if summary.speed is None:
        return ["Hardly a call was timed."]
    a, b = run.setup.names
    so_far = words.times(summary.speed, a)
    return [f"So far, {b} was {so_far}. A run that is stopped decides nothing."]


def _too_few_rounds(run: Run, summary: Summary) -> str:
    """Return how many rounds there are, and how to get more."""
    busy = run.conditions is not None and is_busy(run.conditions)
    return (
        f"A verdict needs {LEAST_ROUNDS} rounds of calls. There was time for {summary.rounds}. "
        f"{'The machine was busy: close other programs, or run' if busy else 'Run'} longer."
    )


def faults(run: Run) -> list[str]:
    """Return the faults of the sides and the run, a full sentence each."""
    found = [run.failure] if run.failure else []
    for side in _compiled_sides(run):
        found += _uncompiled(run.setup.name(side), run.facts_of(side))
    for side in (Side.A, Side.B):
        found += _not_fused(run.setup.name(side), run.setup.config(side), run.facts_of(side))
    found += [
        f"The forecasts of {run.setup.name(check.side)} and {run.setup.eager_name} differ. "
        f"{check.sentence}"
        for check in run.outputs
        if check.side in run.setup.judged and check.status is Status.FAIL
    ]
    return found


def _unproven(run: Run) -> list[str]:
    """Return which sides lack the proof that compiled code ran, a full sentence each."""
    return [
        f"Whether {run.setup.name(side)} ran compiled code is unknown."
        for side in _compiled_sides(run)
        if (facts := run.facts_of(side)) is None or facts.proof is None or not facts.proof.calls
    ]


def _compiled_sides(run: Run) -> list[Side]:
    """Return the sides that should run compiled code."""
    return [side for side in (Side.A, Side.B) if run.setup.config(side).enabled]


def _uncompiled(name: str, facts: SideFacts | None) -> list[str]:
    """Return why a side that should be compiled does not count as compiled."""
    if facts is None:
        return []
    if facts.fallback:
        call = "" if facts.fallback_call is None else f" in call {facts.fallback_call + 1}"
        return [f"{name} fell back to eager{call}. {facts.fallback}"]
    proof = facts.proof
    if proof is None or not proof.calls or proof.compiled_code_ran:
        return []
    if not proof.graph_runs:
        return [f"No call of {name} ran compiled code (0 of {proof.calls})."]
    return [
        f"{proof.uncompiled_calls} of {counted(proof.calls, 'call')} of {name} ran eager code, "
        "although compilation is on."
    ]


def _not_fused(name: str, config: CompileConfig, facts: SideFacts | None) -> list[str]:
    """Return why a side does not count as fused."""
    if facts is None or config.encoder == facts.model.encoder:
        return []
    return [f"{name} ran the library's encoder. {facts.model.not_fused}."]


def _recommendation(run: Run, summary: Summary, speed: Interval, answer: Answer) -> str:
    """Return the answer in one or two sentences."""
    a, b = run.setup.names
    payback = summary.payback
    never = _never_pays(payback, run.setup.calls_per_hour)
    use_b = never if answer is Answer.A_FASTER else answer is Answer.B_FASTER and not never
    no_difference = ", no difference that matters" if answer is Answer.NO_DIFFERENCE else ""
    parts = [
        f"{f'Use {b}. It' if use_b else f'Keep {a}. {capitalised(b)}'} is {words.times(speed, a)}"
        f"{no_difference}."
    ]
    if payback is not None and payback.extra > 0:
        faster = a if answer is Answer.A_FASTER else b
        if answer is not Answer.NO_DIFFERENCE:
            parts.append(_payback_words(run, faster, payback))
        elif speed.value > 1:
            parts.append(f"Starting {b} takes {words.seconds(payback.extra)} longer.")
    return " ".join(parts) + _bfloat16_sentence(run, summary, speed)


def _never_pays(payback: BreakEven | None, calls_per_hour: float | None) -> bool:
    """Say whether, at your rate of calls, a start takes too long to earn back."""
    if payback is None or calls_per_hour is None:
        return False
    return payback.calls.value / calls_per_hour > LONGEST_PAYBACK


def _payback_words(run: Run, faster: str, payback: BreakEven) -> str:
    """Say how much longer a start takes, and after how many calls it is earned back."""
    calls_per_hour, items = run.setup.calls_per_hour, run.setup.shape.items
    text = (
        f"Starting {faster} takes {words.seconds(payback.extra)} longer, earned back after "
        f"{words.count(payback.calls.value)} calls of {items:,} series"
    )
    if calls_per_hour is None:
        return f"{text}."
    hours = payback.calls.value / calls_per_hour
    return f"{text}: {words.duration(hours)} at {calls_per_hour:,.0f} calls an hour."


def _bfloat16_sentence(run: Run, summary: Summary, speed: Interval) -> str:
    """Say that bfloat16 is faster still, if it is, and how far its forecasts differ."""
    faster, check = summary.bfloat16_speed, _output_of(run, Side.BFLOAT16)
    best = max(speed.value, 1.0) * (1 + run.setup.margin)
    if faster is None or faster.low <= best or check is None or check.status is Status.FAIL:
        return ""
    return (
        f" Eager in bfloat16 is {faster.value:.2g}x as fast. Its forecasts differ by up to "
        f"{deviations(check.difference)}."
    )


def caveats(run: Run, speed: Interval, answer: Answer) -> Iterator[str]:
    """Yield what limits an answer, a full sentence each."""
    faster = answer is not Answer.NO_DIFFERENCE
    if faster and speed.half_width > max(LOOSE, run.setup.margin / 2):
        yield "The interval is wide. Run longer, or on an idle machine, to narrow it."
    for side in _compiled_sides(run):
        facts = run.facts_of(side)
        if facts is not None and facts.proof is not None and facts.proof.no_code_reason:
            yield f"{run.setup.name(side)}: {facts.proof.no_code_reason}."
    clamped = [
        facts.changed_values
        for side in (Side.A, Side.B)
        if (facts := run.facts_of(side)) is not None
        and run.setup.config(side).small_value_policy == "clamp"
    ]
    if any(clamped):
        yield (
            f"{counted(max(clamped), 'value')} of the input {were(max(clamped))} set to 0 (small "
            "values: clamp). That can change forecasts."
        )


def _output_of(run: Run, side: Side) -> OutputCheck | None:
    """Return how a side's forecast compares with eager."""
    return next((one for one in run.outputs if one.side is side), None)
