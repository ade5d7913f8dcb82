"""Taking turns: warm-up until steady, then blocks until the interval is narrow enough.

A block is A B B A or B A A B, drawn by lot: in strict alternation anything that comes back every
few calls, such as this program's own look at the interval, would always meet the same side.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from time import perf_counter
from typing import Protocol

import numpy as np

from engine.benchmark.judging.statistics import SEED, Interval, is_steady, log_ratios, ratio
from engine.benchmark.measurements import Phase, Sample, Side
from engine.results.call_split import CallSplit

PLACES = 8
"""Inputs that calls go through in turn, so that none is answered from a cache."""

LEAST_BLOCKS = 24
MOST_BLOCKS = 3000
MOST_WARM_UP_CALLS = 40
LEAST_WARM_UP = 3.0
"""Seconds that a side may warm up for at least, however little time is left."""

WARM_UP_SHARE = 0.3
"""Share of the time left that the warm-up of one side may take."""

ESTIMATE_EVERY = 0.1
"""Least seconds between two estimates, which people watch."""

MORE_BLOCKS = 1.05
"""Times as many blocks as at the last estimate make another one worth its while."""

HALF_BLOCKS = 8

NARROW, OUT_OF_TIME, FELL_BACK, ENOUGH = (
    "the interval was narrow enough",
    "the time was up",
    "compiled code fell back to eager",
    "there were enough blocks",
)


@dataclass(frozen=True, slots=True)
class Call:
    """One timed call, as the process that made it tells.

    Attributes:
        seconds: The whole of it.
        split: Where it went.
        compiled: Graphs that torch compiled during it.
        fallback: Why compilation was given up, now or before; empty while it was not.
    """

    seconds: float
    split: CallSplit
    compiled: int = 0
    fallback: str = ""


class Caller(Protocol):
    """Makes timed calls."""

    def call(self, side: Side, place: int) -> Call:
        """Has a side forecast one of the rotating inputs."""


@dataclass(slots=True)
class Sampler:
    """Makes a benchmark's calls in their order and keeps the samples.

    Attributes:
        caller: Makes them.
        margin: Ratios within 1 +- this count as no difference; an interval of half that half
            width is narrow enough.
        deadline: When to stop, on the clock of `perf_counter`.
        tell: Is given every sample.
        estimated: Is given the ratio and its interval now and then.
        check_cancelled: Is called between calls, and may raise.
        began: When the benchmark began, on the same clock.
        samples: All samples so far.
        fallbacks: Why and in which call sides gave up compilation.
    """

    caller: Caller
    margin: float
    deadline: float
    tell: Callable[[Sample], None] = lambda _sample: None
    estimated: Callable[[Interval], None] = lambda _interval: None
    check_cancelled: Callable[[], None] = lambda: None
    began: float = field(default_factory=perf_counter)
    samples: list[Sample] = field(default_factory=list)
    fallbacks: dict[Side, tuple[str, int]] = field(default_factory=dict)
    _calls: dict[Side, int] = field(default_factory=dict)
    _blocks: int = 0
    _lots: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311 - no secret

    def warm_up(self, side: Side) -> None:
        """Calls a side until its calls are steady, or for as long as can be spent on it."""
        self._take(side, Phase.FIRST, -1, 0)
        began = perf_counter()
        stop = began + max(LEAST_WARM_UP, WARM_UP_SHARE * (self.deadline - began))
        for place in range(1, MOST_WARM_UP_CALLS):
            self._take(side, Phase.WARM_UP, -1, place % PLACES)
            if is_warm(self.samples, side) or perf_counter() > stop:
                break

    def take_blocks(self) -> str:
        """Takes A and B in turns.

        Only the interval's width decides about stopping early, never on which side it lies:
        looking again and again at a ratio until it pleases would find differences everywhere.

        Returns:
            Why it ended.
        """
        logs: list[float] = []
        looked, next_look = 0.0, 2.0
        while True:
            self._block(Side.B)
            if self.fallbacks:
                return FELL_BACK
            logs.extend(log_ratios(self.samples[-4:]))
            now = perf_counter()
            timely = now - looked > ESTIMATE_EVERY or len(logs) == LEAST_BLOCKS
            if len(logs) >= next_look and timely:
                looked, next_look = now, MORE_BLOCKS * len(logs)
                if self._is_narrow(logs):
                    return NARROW
            if now > self.deadline:
                return OUT_OF_TIME
            if len(logs) >= MOST_BLOCKS:
                return ENOUGH

    def take_half_blocks(self) -> None:
        """Takes a few turns of A and eager in bfloat16."""
        for _ in range(HALF_BLOCKS):
            self._block(Side.HALF)
            if perf_counter() > self.deadline:
                break

    def _is_narrow(self, logs: list[float]) -> bool:
        """Looks at the interval, tells it, and says whether it is narrow enough."""
        interval = ratio(np.array(logs))
        if interval is None:
            return False
        self.estimated(interval)
        return len(logs) >= LEAST_BLOCKS and interval.half_width <= self.margin / 2

    def _block(self, side: Side) -> None:
        """Four calls; each side gets the same two inputs."""
        first, second = self._lots.sample((Side.A, side), 2)
        one, other = (2 * self._blocks) % PLACES, (2 * self._blocks + 1) % PLACES
        for who, place in ((first, one), (second, one), (second, other), (first, other)):
            self._take(who, Phase.STEADY, self._blocks, place)
        self._blocks += 1

    def _take(self, side: Side, phase: Phase, block: int, place: int) -> Sample:
        self.check_cancelled()
        called = self.caller.call(side, place)
        number = self._calls.get(side, 0)
        self._calls[side] = number + 1
        if called.fallback and side not in self.fallbacks:
            self.fallbacks[side] = called.fallback, number
        sample = Sample(
            side=side,
            phase=phase,
            block=block,
            call=number,
            place=place,
            at=perf_counter() - self.began,
            seconds=called.seconds,
            split=called.split,
            compiled=called.compiled,
        )
        self.samples.append(sample)
        self.tell(sample)
        return sample


def is_warm(samples: Sequence[Sample], side: Side) -> bool:
    """Whether a side's warm-up came to steady calls, in the last two of which nothing compiled."""
    calls = [one for one in samples if one.side is side and one.phase is Phase.WARM_UP]
    return is_steady([one.seconds for one in calls]) and not any(one.compiled for one in calls[-2:])
