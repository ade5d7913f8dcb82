"""Time other shapes: growing batches and contexts."""

from collections.abc import Callable, Iterator
from time import perf_counter

from engine.benchmark.calls import ScalePoint
from engine.benchmark.setup import Side

BATCHES = (1, 8, 64, 256)
CONTEXTS = (256, 1024, 4096)
SECONDS_EACH = 1.0
LONGEST = 120.0
"""Seconds that all shapes may take, all together."""

CALLS_AT_LEAST = 2
"""Calls that a side makes at a shape, at least."""

TimeOne = Callable[[Side, int, int], ScalePoint]


def shapes(limit: int) -> list[tuple[int, int]]:
    """Return batch sizes and context lengths, the least work first.

    Args:
        limit: Longest context of the model.
    """
    every = [(items, steps) for items in BATCHES for steps in CONTEXTS if steps <= limit]
    return sorted(every, key=lambda shape: (shape[0] * shape[1], shape[1]))


def measure_scaling(limit: int, time_one: TimeOne) -> Iterator[ScalePoint]:
    """Time both sides at growing shapes, until the next would exceed `LONGEST` seconds.

    Args:
        limit: Longest context of the model.
        time_one: Times a side at a batch size and a context length.
    """
    stop = perf_counter() + LONGEST
    expected = 0.0
    done: tuple[int, float] | None = None
    for items, steps in shapes(limit):
        work = items * steps
        if done is not None:
            expected = done[1] * work / done[0] * CALLS_AT_LEAST * 2
        if perf_counter() + expected > stop:
            return
        points = [time_one(side, items, steps) for side in (Side.A, Side.B)]
        done = work, max(point.seconds for point in points)
        yield from points
