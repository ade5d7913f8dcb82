"""Total time against the number of calls, start included, for charts."""

from dataclasses import dataclass

from engine.benchmark.calls import CacheState
from engine.benchmark.judging.summary import Summary
from engine.benchmark.measurements import Run
from engine.benchmark.setup import Side


@dataclass(frozen=True, slots=True)
class TotalLine:
    """The total time of a side against the number of calls.

    Attributes:
        side: The side.
        cache: What the cache held at its start.
        start: Seconds of its start.
        call: Seconds of a call.
    """

    side: Side
    cache: CacheState
    start: float
    call: float


def total_lines(run: Run, summary: Summary) -> tuple[TotalLine, ...]:
    """Return a line for every measured start; they cross where the slower start is earned back.

    A start that fell back has no line, because it compiled nothing.
    """
    calls = _call_seconds(summary)
    return tuple(
        TotalLine(one.side, one.cache, one.spent, calls[one.side])
        for one in run.starts
        if one.side in calls and not one.fallback
    )


def _call_seconds(summary: Summary) -> dict[Side, float]:
    """Return the seconds of a call of A and of B.

    The slower side has its median. The faster side has that median over the paired ratio, as in
    `summary.paid_back`; the ratio of the two medians would be another one.
    """
    a, b, speed = summary.of(Side.A), summary.of(Side.B), summary.speed
    if a is None or b is None or speed is None:
        return {}
    if speed.value < 1:
        return {Side.A: b.median.value * speed.value, Side.B: b.median.value}
    return {Side.A: a.median.value, Side.B: a.median.value / speed.value}
