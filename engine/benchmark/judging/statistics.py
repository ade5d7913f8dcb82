"""Ratios of paired calls with their intervals, and what else is computed from samples.

Calls are taken in turns, in blocks A B B A or B A A B. A block gives one log ratio, in which
a linear drift of the machine cancels; the blocks are the units that are resampled.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.benchmark.measurements import Phase, Sample, Side

Values = NDArray[np.float64]

CONFIDENCE = 0.95
RESAMPLES = 1000
SEED = 20
TRIMMED = 0.25
"""Share of the blocks cut off at each end: a spike of the machine must not decide.

Of 10 to 40 %, this gave the narrowest honest intervals with 8 % of calls hit by a spike.
"""

STOPPED_WHEN_NARROW = 1.15
SMALL_SAMPLE = 2.0
"""Intervals are widened by the first, and by the second over the number of blocks.

A measurement that ends when its interval happens to be narrow holds the truth less often than it
says: 94 % of 400 simulated ones. The rest makes up for resampling few blocks.
"""

STEADY_WINDOW = 4
STILL_FALLING = 0.9
"""A window whose median is below this share of the last one's shows that warm-up goes on."""

OUTLIER = 3.0
"""Times the quartile range above the upper quartile from which on a call is an outlier (Tukey)."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float

    def holds(self, figure: float) -> bool:
        """Whether a figure is in the interval."""
        return self.low <= figure <= self.high

    @property
    def half_width(self) -> float:
        """Half the interval's width, relative to the figure."""
        return (self.high - self.low) / (2 * self.value)


def log_ratios(samples: Iterable[Sample], side: Side = Side.B) -> Values:
    """The log of the speed of a side relative to A, one for each complete block.

    Args:
        samples: Any; only those in blocks with the side count.
        side: The other side of the block.

    Returns:
        Shape (blocks,): mean log seconds of A minus that of the side.
    """
    blocks: dict[int, dict[Side, list[float]]] = defaultdict(lambda: defaultdict(list))
    for sample in samples:
        if sample.block >= 0:
            blocks[sample.block][sample.side].append(np.log(sample.seconds))
    return np.array(
        [
            np.mean(block[Side.A]) - np.mean(block[side])
            for block in blocks.values()
            if len(block[Side.A]) == 2 and len(block[side]) == 2
        ]
    )


def ratio(logs: Values) -> Interval | None:
    """The ratio of speeds; None of fewer than two blocks.

    The trimmed mean of the blocks' log ratios, with the percentile bootstrap's interval,
    resampling blocks.

    Args:
        logs: Shape (blocks,).
    """
    if len(logs) < 2:
        return None
    centre = trimmed_mean(logs)
    low, high = np.quantile(resampled_means(logs), tails())
    wider = STOPPED_WHEN_NARROW + SMALL_SAMPLE / len(logs)
    ends = centre + wider * (low - centre), centre + wider * (high - centre)
    return Interval(*(float(np.exp(end)) for end in (centre, *ends)))


def trimmed_mean(values: Values) -> Values:
    """The mean of the middle values along the last axis."""
    count = values.shape[-1]
    cut = int(TRIMMED * count)
    parted = np.partition(values, (cut, count - cut - 1), axis=-1)
    return np.asarray(parted[..., cut : count - cut].mean(axis=-1))


def resampled_means(values: Values) -> Values:
    """Shape (`RESAMPLES`,): trimmed means of values drawn with replacement, always the same."""
    generator = np.random.default_rng(SEED)
    drawn = generator.integers(0, len(values), (RESAMPLES, len(values)))
    return trimmed_mean(values[drawn])


def tails() -> tuple[float, float]:
    """The quantiles between which the interval lies."""
    return (1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2


def is_steady(seconds: Sequence[float]) -> bool:
    """Whether calls have stopped getting faster, and did not slow down at once.

    The median of the last `STEADY_WINDOW` calls is compared with that of those before.

    Args:
        seconds: Times of calls in order, without the first.
    """
    if len(seconds) < 2 * STEADY_WINDOW:
        return False
    before = np.median(seconds[-2 * STEADY_WINDOW : -STEADY_WINDOW])
    return bool(np.median(seconds[-STEADY_WINDOW:]) >= STILL_FALLING * before)


def steady_seconds(samples: Iterable[Sample], side: Side) -> Values:
    """Shape (calls,): times of a side's calls in the steady phase, in order."""
    times = [one.seconds for one in samples if one.side is side and one.phase is Phase.STEADY]
    return np.array(times, dtype=np.float64)


def outliers(seconds: Values) -> int:
    """Number of calls that took very much longer than the others."""
    if len(seconds) < 4:
        return 0
    lower, upper = np.quantile(seconds, (0.25, 0.75))
    return int((seconds > upper + OUTLIER * (upper - lower)).sum())


def spread(seconds: Values) -> float:
    """The quartile range over the median: how much calls of one side differ."""
    lower, middle, upper = np.quantile(seconds, (0.25, 0.5, 0.75))
    return float((upper - lower) / middle)


def median(seconds: Values) -> Interval:
    """The median with its bootstrap interval.

    Stretches of neighbouring calls are resampled, since what the machine does lasts longer than a
    call (the circular block bootstrap of Politis and Romano, 1992).

    Args:
        seconds: Shape (calls,) in order, at least one.
    """
    calls = len(seconds)
    stretch = max(1, int(np.sqrt(calls)))
    generator = np.random.default_rng(SEED)
    first = generator.integers(0, calls, (RESAMPLES, -(-calls // stretch)))
    places = (first[:, :, None] + np.arange(stretch)) % calls
    drawn = seconds[places.reshape(RESAMPLES, -1)[:, :calls]]
    low, high = np.quantile(np.median(drawn, axis=1), tails())
    return Interval(float(np.median(seconds)), float(low), float(high))


@dataclass(frozen=True, slots=True)
class BreakEven:
    """When a slower start has paid for itself; infinite where it never does.

    Attributes:
        calls: Forecasts after which it has, with an interval.
        extra: Seconds that the start takes longer.
    """

    calls: Interval
    extra: float


def break_even(extra: float, seconds: float, speed: Interval) -> BreakEven:
    """When B has paid for its start.

    A call of A takes t, one of B t / ratio, so that `extra` is earned after
    extra / (t (1 - 1 / ratio)) calls. The interval is that of the ratio; the start was
    measured once.

    Args:
        extra: Seconds that B's start takes longer than A's; not positive if it does not.
        seconds: Time of a call of A.
        speed: Speed of B relative to A.
    """

    def calls(ratio_of_speeds: float) -> float:
        if extra <= 0:
            return 0.0
        saved = seconds * (1 - 1 / ratio_of_speeds)
        return extra / saved if saved > 0 else float("inf")

    return BreakEven(Interval(calls(speed.value), calls(speed.high), calls(speed.low)), extra)


def growth_exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The slope of log seconds over log size: 1 is linear, 2 quadratic; NaN of one size."""
    if len(set(sizes)) < 2:
        return float("nan")
    slope, _ = np.polyfit(np.log(sizes), np.log(seconds), 1)
    return float(slope)
