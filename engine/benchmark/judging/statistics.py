"""Statistics of timed calls: ratios with their intervals, medians, outliers, break-even.

Calls alternate in rounds A B B A or B A A B. A round gives one log ratio, in which a linear drift
of the machine cancels. Rounds are the units that are resampled.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.benchmark.calls import Call, Phase
from engine.benchmark.setup import Side

Values = NDArray[np.float64]

CONFIDENCE = 0.95
RESAMPLES = 1000
SEED = 20
TRIMMED = 0.25
"""Share of the rounds cut off at each end, because a spike of the machine must not decide.

Of 10 to 40 %, this share gave the narrowest honest intervals when a spike hit 8 % of the calls.
"""

STOPPED_WHEN_NARROW = 1.15
SMALL_SAMPLE = 2.0
"""Intervals are widened by the first factor, and by the second over the number of rounds.

A measurement that stops when its interval happens to be narrow covers the truth less often than
it claims: 94 % of 400 simulated ones. The second factor makes up for few rounds.
"""

STEADY_WINDOW = 4
STILL_FALLING = 0.9
"""A window whose median is below this share of the one before shows that warm-up goes on."""

OUTLIER = 3.0
"""A call is an outlier this many quartile ranges above the upper quartile (Tukey)."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float

    def holds(self, figure: float) -> bool:
        """Say whether a figure is in the interval."""
        return self.low <= figure <= self.high

    @property
    def half_width(self) -> float:
        """Return half the width of the interval, relative to the figure."""
        return (self.high - self.low) / (2 * self.value)


def log_ratios(calls: Iterable[Call], side: Side = Side.B) -> Values:
    """Return the log of the speed of a side relative to A, one for each complete round.

    Args:
        calls: Calls of any kind; only those in rounds with the side count.
        side: The other side of the round.

    Returns:
        Shape (rounds,): mean log seconds of A minus that of the side.
    """
    rounds: dict[int, dict[Side, list[float]]] = defaultdict(lambda: defaultdict(list))
    for call in calls:
        if call.round >= 0:
            rounds[call.round][call.side].append(np.log(call.seconds))
    return np.array(
        [
            np.mean(times[Side.A]) - np.mean(times[side])
            for times in rounds.values()
            if len(times[Side.A]) == 2 and len(times[side]) == 2
        ]
    )


def ratio(logs: Values) -> Interval | None:
    """Return the ratio of speeds; None for fewer than two rounds.

    It is the trimmed mean of the rounds' log ratios, with the percentile bootstrap interval over
    resampled rounds.

    Args:
        logs: Shape (rounds,).
    """
    if len(logs) < 2:
        return None
    centre = trimmed_mean(logs)
    low, high = np.quantile(_resampled_means(logs), tails())
    wider = STOPPED_WHEN_NARROW + SMALL_SAMPLE / len(logs)
    ends = centre + wider * (low - centre), centre + wider * (high - centre)
    return Interval(*(float(np.exp(end)) for end in (centre, *ends)))


def trimmed_mean(values: Values) -> Values:
    """Return the mean of the middle values along the last axis."""
    count = values.shape[-1]
    cut = int(TRIMMED * count)
    parted = np.partition(values, (cut, count - cut - 1), axis=-1)
    return np.asarray(parted[..., cut : count - cut].mean(axis=-1))


def _resampled_means(values: Values) -> Values:
    """Return trimmed means of values drawn with replacement, shape (`RESAMPLES`,); fixed seed."""
    generator = np.random.default_rng(SEED)
    drawn = generator.integers(0, len(values), (RESAMPLES, len(values)))
    return trimmed_mean(values[drawn])


def tails() -> tuple[float, float]:
    """Return the quantiles at the ends of the interval."""
    return (1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2


def is_steady(seconds: Sequence[float]) -> bool:
    """Say whether calls have stopped getting faster.

    The median of the last `STEADY_WINDOW` calls is compared with the median of those before.

    Args:
        seconds: Times of calls in order, the first one left out.
    """
    if len(seconds) < 2 * STEADY_WINDOW:
        return False
    before = np.median(seconds[-2 * STEADY_WINDOW : -STEADY_WINDOW])
    return bool(np.median(seconds[-STEADY_WINDOW:]) >= STILL_FALLING * before)


def steady_seconds(calls: Iterable[Call], side: Side) -> Values:
    """Return the times of a side's steady calls in order, shape (calls,)."""
    times = [one.seconds for one in calls if one.side is side and one.phase is Phase.STEADY]
    return np.array(times, dtype=np.float64)


def outliers(seconds: Values) -> int:
    """Count the calls that took far longer than the others."""
    if len(seconds) < 4:
        return 0
    lower, upper = np.quantile(seconds, (0.25, 0.75))
    return int((seconds > upper + OUTLIER * (upper - lower)).sum())


def spread(seconds: Values) -> float:
    """Return the quartile range over the median."""
    lower, middle, upper = np.quantile(seconds, (0.25, 0.5, 0.75))
    return float((upper - lower) / middle)


def median(seconds: Values) -> Interval:
    """Return the median with its bootstrap interval.

    Stretches of neighbouring calls are resampled, because disturbances last longer than a call
    (the circular block bootstrap of Politis and Romano, 1992).

    Args:
        seconds: Shape (calls,) in order, at least one.
    """
    calls = len(seconds)
    stretch = max(1, int(np.sqrt(calls)))
    generator = np.random.default_rng(SEED)
    first = generator.integers(0, calls, (RESAMPLES, -(-calls // stretch)))
    indices = (first[:, :, None] + np.arange(stretch)) % calls
    drawn = seconds[indices.reshape(RESAMPLES, -1)[:, :calls]]
    low, high = np.quantile(np.median(drawn, axis=1), tails())
    return Interval(float(np.median(seconds)), float(low), float(high))


@dataclass(frozen=True, slots=True)
class BreakEven:
    """When a slower start is earned back; infinite where it never is.

    Attributes:
        calls: Number of calls that earn it back, with an interval.
        extra: Seconds that the start takes longer.
    """

    calls: Interval
    extra: float


def break_even(extra: float, seconds: float, speed: Interval) -> BreakEven:
    """Return when B has earned back its start.

    A call of A takes t and a call of B t / ratio, so `extra` is earned back after
    extra / (t (1 - 1 / ratio)) calls. The interval is the one of the ratio, because the start is
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
    """Return the slope of log seconds over log size: 1 is linear, 2 quadratic; NaN for one size."""
    if len(set(sizes)) < 2:
        return float("nan")
    slope, _ = np.polyfit(np.log(sizes), np.log(seconds), 1)
    return float(slope)
