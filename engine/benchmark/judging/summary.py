"""The figures of a run: a pure function of its calls, without judgement."""

from dataclasses import dataclass

import numpy as np

from engine.benchmark.calls import CacheState, Call, Phase, Start
from engine.benchmark.judging.statistics import (
    BreakEven,
    Interval,
    break_even,
    growth_exponent,
    log_ratios,
    median,
    outliers,
    ratio,
    spread,
    steady_seconds,
)
from engine.benchmark.measurements import Run
from engine.benchmark.measuring.rounds import is_warm
from engine.benchmark.setup import Side
from engine.results.call_split import CallSplit


@dataclass(frozen=True, slots=True)
class SideSummary:
    """The steady calls of a side.

    Attributes:
        side: The side.
        calls: Number of steady calls.
        warm_up_calls: Number of calls before them, the first one included.
        warmed_up: Whether the warm-up came to steady calls.
        first_call: Seconds of the first call.
        median: Seconds of a call.
        p95: Seconds that 95 % of the calls stay below.
        p99: Seconds that 99 % of the calls stay below.
        spread: Quartile range over the median.
        outliers: Calls far above the others.
        series_per_second: Series forecast in a second, of the median call.
        points_per_second: Time steps forecast in a second, of the median call.
        split: Median seconds of the parts of a call.
        compiled: Graphs that torch compiled during steady calls.
        drift: Median of the last third of the calls over the median of the first third.
    """

    side: Side
    calls: int
    warm_up_calls: int
    warmed_up: bool
    first_call: float
    median: Interval
    p95: float
    p99: float
    spread: float
    outliers: int
    series_per_second: float
    points_per_second: float
    split: CallSplit
    compiled: int
    drift: float


@dataclass(frozen=True, slots=True)
class Growth:
    """How the time of a side grows with one size of the shape.

    Attributes:
        side: The side.
        over: "batch" or "context".
        held: The other size, which stays.
        exponent: Slope of log time over log size.
    """

    side: Side
    over: str
    held: int
    exponent: float


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a run.

    Attributes:
        sides: One for each side that has steady calls.
        rounds: Complete rounds of A and B.
        speed: Speed of B relative to A; None for fewer than two rounds.
        bfloat16_speed: Speed of eager in bfloat16 relative to A; None if it was not timed.
        cold: When the faster side has earned back its cold start; None if starts were not
            measured, or no side is faster.
        warm: The same for its warm start.
        ahead: The same for the start of code that was compiled ahead of time; None if a side has
            a cold start.
        growth: How times grow with the shape, where other shapes were timed.
    """

    sides: tuple[SideSummary, ...]
    rounds: int
    speed: Interval | None
    bfloat16_speed: Interval | None
    cold: BreakEven | None
    warm: BreakEven | None
    ahead: BreakEven | None
    growth: tuple[Growth, ...]

    @property
    def payback(self) -> BreakEven | None:
        """Return when a start has been earned back, the longest that was measured."""
        return self.cold or self.warm or self.ahead

    def of(self, side: Side) -> SideSummary | None:
        """Return the figures of a side; None if it has no steady calls."""
        return next((one for one in self.sides if one.side is side), None)


def summarise(run: Run) -> Summary:
    """Compute the figures of a run, complete or not."""
    logs = log_ratios(run.calls)
    speed = ratio(logs)
    return Summary(
        sides=tuple(one for side in Side if (one := _side_summary(run, side)) is not None),
        rounds=len(logs),
        speed=speed,
        bfloat16_speed=ratio(log_ratios(run.calls, Side.BFLOAT16)),
        cold=paid_back(run, speed, CacheState.COLD),
        warm=paid_back(run, speed, CacheState.WARM),
        ahead=paid_back(run, speed, CacheState.AHEAD),
        growth=growth(run),
    )


def _side_summary(run: Run, side: Side) -> SideSummary | None:
    """Return the figures of a side; None if it has no steady calls."""
    seconds = steady_seconds(run.calls, side)
    if not len(seconds):
        return None
    mine = [one for one in run.calls if one.side is side]
    steady = [one for one in mine if one.phase is Phase.STEADY]
    middle = median(seconds)
    third = max(1, len(seconds) // 3)
    shape = run.setup.shape
    p95, p99 = np.quantile(seconds, (0.95, 0.99))
    return SideSummary(
        side=side,
        calls=len(seconds),
        warm_up_calls=len(mine) - len(steady),
        warmed_up=is_warm(mine, side),
        first_call=mine[0].seconds,
        median=middle,
        p95=float(p95),
        p99=float(p99),
        spread=spread(seconds),
        outliers=outliers(seconds),
        series_per_second=shape.items / middle.value,
        points_per_second=shape.points / middle.value,
        split=_median_split(steady),
        compiled=sum(one.compiled for one in steady),
        drift=float(np.median(seconds[-third:]) / np.median(seconds[:third])),
    )


def _median_split(calls: list[Call]) -> CallSplit:
    """Return the medians of the parts of calls."""
    parts = [(one.split.preprocessing, one.split.model, one.split.postprocessing) for one in calls]
    return CallSplit(*(float(part) for part in np.median(parts, axis=0)))


def paid_back(run: Run, speed: Interval | None, cache: CacheState) -> BreakEven | None:
    """Return when the faster of A and B has earned back its start; B where neither is faster."""
    if speed is None:
        return None
    faster, slower, gain = Side.B, Side.A, speed
    if speed.value < 1:
        faster, slower = Side.A, Side.B
        gain = Interval(1 / speed.value, 1 / speed.high, 1 / speed.low)
    cost, other = (_start_to_earn_back(run, side, cache) for side in (faster, slower))
    if cost is None or other is None or cache not in {cost.cache, other.cache}:
        return None
    seconds = float(np.median(steady_seconds(run.calls, slower)))
    return break_even(cost.spent - other.spent, seconds, gain)


def _start_to_earn_back(run: Run, side: Side, cache: CacheState) -> Start | None:
    """Return the start that a side has to earn back; None if it fell back, and compiled nothing."""
    states = (cache, CacheState.AHEAD, CacheState.NONE)
    start = next((one for state in states if (one := run.start_of(side, state))), None)
    return None if start is None or start.fallback else start


def growth(run: Run) -> tuple[Growth, ...]:
    """Return how each side's time grows.

    Over the batch it is taken at the shortest context, over the context at the largest batch.
    """
    found = []
    for side in dict.fromkeys(point.side for point in run.scaling):
        points = [one for one in run.scaling if one.side is side]
        steps = min(one.steps for one in points)
        row = [(one.items, one.seconds) for one in points if one.steps == steps]
        most = [one.items for one in points if one.steps == max(p.steps for p in points)]
        column = [(one.steps, one.seconds) for one in points if one.items == max(most)]
        found.append(Growth(side, "batch", steps, growth_exponent(*zip(*row, strict=True))))
        found.append(
            Growth(side, "context", max(most), growth_exponent(*zip(*column, strict=True)))
        )
    return tuple(found)
