"""Total time against the number of forecasts, as the charts of a start's price draw it."""

from dataclasses import dataclass

from engine.benchmark.judging.summary import Summary
from engine.benchmark.measurements import Cache, Run, Side


@dataclass(frozen=True, slots=True)
class TotalLine:
    """The total time of a side against the number of forecasts.

    Attributes:
        side: Who.
        cache: What its start found.
        start: Seconds of its start.
        call: Seconds of a call.
    """

    side: Side
    cache: Cache
    start: float
    call: float


def total_lines(run: Run, summary: Summary) -> tuple[TotalLine, ...]:
    """A line for every start that was measured; those of A and B cross where it is paid back.

    A start that fell back has none: its price is not that of compiling.
    """
    calls = call_seconds(summary)
    return tuple(
        TotalLine(one.side, one.cache, one.spent, calls[one.side])
        for one in run.starts
        if one.side in calls and not one.fallback
    )


def call_seconds(summary: Summary) -> dict[Side, float]:
    """Seconds of a call of A and B.

    The median of the slower one, and for the faster one that over the ratio of the turns, as
    `summary.paid_back` counts: the ratio of the medians is another one.
    """
    a, b, speed = summary.of(Side.A), summary.of(Side.B), summary.speed
    if a is None or b is None or speed is None:
        return {}
    if speed.value < 1:
        return {Side.A: b.median.value * speed.value, Side.B: b.median.value}
    return {Side.A: a.median.value, Side.B: a.median.value / speed.value}
