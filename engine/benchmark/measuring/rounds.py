"""Timing both sides in alternation: warm-up until steady, then rounds until the interval is narrow.

A round is A B B A or B A A B, drawn at random. In strict alternation, whatever recurs every few
calls, such as the estimate of the interval, would always hit the same side.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from time import perf_counter
from typing import Protocol

import numpy as np

from engine.benchmark.calls import Call, Phase
from engine.benchmark.judging.statistics import SEED, Interval, is_steady, log_ratios, ratio
from engine.benchmark.setup import Side
from engine.results.call_split import CallSplit

INPUTS = 8
"""Inputs that calls rotate through: no cache can answer one."""

LEAST_ROUNDS = 24
MOST_ROUNDS = 3000
MOST_WARM_UP_CALLS = 40
LEAST_WARM_UP = 3.0
"""Seconds that a side may warm up, even if little time is left."""

WARM_UP_SHARE = 0.3
"""Share of the remaining time that the warm-up of one side may take."""

ESTIMATE_EVERY = 0.1
"""Seconds between two estimates, at least."""

MORE_ROUNDS = 1.05
"""Growth of the number of rounds that makes another estimate worth its time."""

BFLOAT16_ROUNDS = 8

NARROW, OUT_OF_TIME, FELL_BACK, ENOUGH = (
    "the interval was narrow enough",
    "the time was up",
    "compiled code fell back to eager",
    "there were enough rounds",
)


@dataclass(frozen=True, slots=True)
class CallTiming:
    """The time of one call, as measured in its process.

    Attributes:
        seconds: Time of the whole call.
        split: Its parts.
        compiled: Graphs that torch compiled during it.
        fallback: Why compilation was given up, now or before; empty if it was not.
    """

    seconds: float
    split: CallSplit
    compiled: int = 0
    fallback: str = ""


class Caller(Protocol):
    """A maker of timed calls."""

    def call(self, side: Side, input: int) -> CallTiming:  # noqa: A002  what it is
        """Have a side forecast one of the rotating inputs."""


@dataclass(slots=True)
class Rounds:
    """The calls of a benchmark in their order.

    Attributes:
        caller: Makes the calls.
        margin: Ratios within 1 +- this count as no difference. The interval is narrow enough once
            its half width is half the margin.
        deadline: When to stop, on the clock of `perf_counter`.
        called: Receives every call.
        estimated: Receives every estimate of the ratio.
        check_cancelled: Is called between calls, and may raise.
        began: When the benchmark began, on the same clock.
        calls: All calls so far.
        fallbacks: Cause and number of the call in which a side gave up compilation.
    """

    caller: Caller
    margin: float
    deadline: float
    called: Callable[[Call], None] = lambda _call: None
    estimated: Callable[[Interval], None] = lambda _interval: None
    check_cancelled: Callable[[], None] = lambda: None
    began: float = field(default_factory=perf_counter)
    calls: list[Call] = field(default_factory=list)
    fallbacks: dict[Side, tuple[str, int]] = field(default_factory=dict)
    _numbers: dict[Side, int] = field(default_factory=dict)
    _rounds: int = 0
    _order: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311 - no secret

    def warm_up(self, side: Side) -> None:
        """Call a side until its calls are steady, or its share of the time is used up."""
        self._call(side, Phase.FIRST, -1, 0)
        began = perf_counter()
        stop = began + max(LEAST_WARM_UP, WARM_UP_SHARE * (self.deadline - began))
        for number in range(1, MOST_WARM_UP_CALLS):
            self._call(side, Phase.WARM_UP, -1, number % INPUTS)
            if is_warm(self.calls, side) or perf_counter() > stop:
                break

    def time_rounds(self) -> str:
        """Time A and B in alternation.

        Only the width of the interval decides about an early stop, never the side that it lies
        on: optional stopping inflates false positives.

        Returns:
            Why it stopped.
        """
        logs: list[float] = []
        last_estimate, next_estimate = 0.0, 2.0
        while True:
            self._round(Side.B)
            if self.fallbacks:
                return FELL_BACK
            logs.extend(log_ratios(self.calls[-4:]))
            now = perf_counter()
            due = now - last_estimate > ESTIMATE_EVERY or len(logs) == LEAST_ROUNDS
            if len(logs) >= next_estimate and due:
                last_estimate, next_estimate = now, MORE_ROUNDS * len(logs)
                if self._is_narrow(logs):
                    return NARROW
            if now > self.deadline:
                return OUT_OF_TIME
            if len(logs) >= MOST_ROUNDS:
                return ENOUGH

    def time_bfloat16(self) -> None:
        """Time A and eager in bfloat16 in a few rounds."""
        for _ in range(BFLOAT16_ROUNDS):
            self._round(Side.BFLOAT16)
            if perf_counter() > self.deadline:
                break

    def _is_narrow(self, logs: list[float]) -> bool:
        """Estimate the ratio, report it, and say whether its interval is narrow enough."""
        interval = ratio(np.array(logs))
        if interval is None:
            return False
        self.estimated(interval)
        return len(logs) >= LEAST_ROUNDS and interval.half_width <= self.margin / 2

    def _round(self, side: Side) -> None:
        """Make four calls; both sides get the same two inputs."""
        first, second = self._order.sample((Side.A, side), 2)
        one, other = (2 * self._rounds) % INPUTS, (2 * self._rounds + 1) % INPUTS
        for who, which in ((first, one), (second, one), (second, other), (first, other)):
            self._call(who, Phase.STEADY, self._rounds, which)
        self._rounds += 1

    def _call(self, side: Side, phase: Phase, round_: int, input_: int) -> None:
        self.check_cancelled()
        timing = self.caller.call(side, input_)
        number = self._numbers.get(side, 0)
        self._numbers[side] = number + 1
        if timing.fallback and side not in self.fallbacks:
            self.fallbacks[side] = timing.fallback, number
        call = Call(
            side=side,
            phase=phase,
            round=round_,
            number=number,
            input=input_,
            at=perf_counter() - self.began,
            seconds=timing.seconds,
            split=timing.split,
            compiled=timing.compiled,
        )
        self.calls.append(call)
        self.called(call)


def is_warm(calls: Sequence[Call], side: Side) -> bool:
    """Say whether a side's warm-up came to steady calls, and the last two compiled nothing."""
    warm_up = [one for one in calls if one.side is side and one.phase is Phase.WARM_UP]
    steady = is_steady([one.seconds for one in warm_up])
    return steady and not any(one.compiled for one in warm_up[-2:])
