"""Seasonal components: repeated shapes of any period, plain or nested (a day within a week)."""

from dataclasses import dataclass

import numpy as np

from resources.demo_model.recipe.noise import Array, choose, smooth_walk

_SHORT = [4, 5, 6, 7, 8, 10, 12, 13, 14, 18, 20, 21, 24, 26, 28, 30, 36, 42, 48, 52, 60]
_LONG = [72, 84, 96, 100, 120, 144, 168, 180, 192, 240, 288, 336]
PERIODS = np.array([*_SHORT, *_LONG])
"""Periods in steps: those of calendars sampled from minutes to quarters."""

_SHORT_COMMON = {4: 3.0, 5: 2.0, 7: 8.0, 12: 9.0, 24: 14.0, 48: 9.0, 52: 5.0}
_COMMON = _SHORT_COMMON | {96: 6.0, 144: 3.0, 168: 5.0, 288: 3.0, 336: 4.0}
PERIOD_WEIGHTS = np.array([_COMMON.get(int(period), 1.0) for period in PERIODS])


@dataclass(frozen=True)
class Calendar:
    """Periods of one batch of series: `inner` steps per cycle, `outer` cycles per long cycle.

    Both have shape (rows,); `outer` is 1 where the season is not nested.
    """

    inner: Array
    outer: Array


def draw_calendar(rng: np.random.Generator, rows: int, longest: int) -> Calendar:
    """Draw periods of at most `longest` steps, half of them nested where a nesting exists."""
    weights = np.where(longest >= PERIODS, PERIOD_WEIGHTS, 0.0)
    inner = rng.choice(PERIODS, rows, p=weights / weights.sum()).astype(float)
    free = rng.random(rows) < 0.15
    inner[free] = np.exp(rng.uniform(np.log(3.0), np.log(min(longest, 400)), free.sum()))
    outer = np.ones(rows)
    weekly = np.isin(inner, (24, 48, 96, 288)) & (rng.random(rows) < 0.7)
    outer[weekly] = 7
    other = ~weekly & (inner <= 60) & (rng.random(rows) < 0.15)
    outer[other] = rng.choice([2, 3, 4, 5, 7, 12], other.sum())
    return Calendar(inner, outer)


def _smooth_shapes(rng: np.random.Generator, rows: int, points: int) -> Array:
    """Fourier series with random decay; one period per row, shape (rows, points)."""
    orders = np.arange(1, 13)
    decay = rng.uniform(0.3, 2.5, (rows, 1))
    used = orders <= rng.choice([1, 2, 3, 5, 8, 12], (rows, 1))
    amplitude = rng.standard_normal((rows, 12)) * orders**-decay * used
    spectrum = np.zeros((rows, points // 2 + 1), complex)
    spectrum[:, 1:13] = amplitude * np.exp(2j * np.pi * rng.random((rows, 12)))
    return np.fft.irfft(spectrum, points, axis=1) * points


def _peaked_shapes(rng: np.random.Generator, rows: int, points: int) -> Array:
    """Sums of one to four asymmetric peaks, some of them plateaus."""
    phase = np.arange(points) / points
    shape = np.zeros((rows, points))
    for peak in range(4):
        distance = (phase[None] - rng.random((rows, 1)) + 0.5) % 1.0 - 0.5
        left, right = np.exp(rng.uniform(np.log(0.01), np.log(0.2), (2, rows, 1)))
        power = rng.choice([1.0, 2.0, 2.0, 6.0], (rows, 1))
        height = rng.uniform(0.2, 1.0, (rows, 1)) * rng.choice([1, 1, 1, -1], (rows, 1))
        used = (rng.random((rows, 1)) < 0.6) | (peak == 0)
        width = np.where(distance < 0, left, right)
        shape += used * height * np.exp(-((np.abs(distance) / width) ** power))
    return shape


def _rough_shapes(rng: np.random.Generator, rows: int, points: int) -> Array:
    """Independent or correlated values at a random number of knots, held or joined by lines."""
    knots = rng.integers(3, points, (rows, 1))
    position = np.arange(points)[None] / points * knots
    left = position.astype(int)
    values = rng.standard_normal((rows, points))
    heavy = rng.random(rows) < 0.3
    values[heavy] = values[heavy] ** 3
    walk = rng.random(rows) < 0.3
    values[walk] = np.cumsum(values[walk], axis=1)
    here = np.take_along_axis(values, left, 1)
    after = np.take_along_axis(values, (left + 1) % knots, 1)
    weight = (position - left) * (rng.random((rows, 1)) < 0.6)
    shapes: Array = here * (1 - weight) + after * weight
    return shapes


def _block_shapes(rng: np.random.Generator, rows: int, points: int) -> Array:
    """Square, sawtooth and half-wave shapes, as of shifts, tariffs and daylight."""
    phase = (np.arange(points)[None] / points + rng.random((rows, 1))) % 1.0
    duty = rng.uniform(0.08, 0.92, (rows, 1))
    square = (phase < duty).astype(float)
    saw = np.where(phase < duty, phase / duty, (1 - phase) / (1 - duty))
    daylight = np.maximum(0.0, np.sin(np.pi * phase / duty)) * square
    return choose(rng, [square, saw, daylight, daylight**2])


def draw_shapes(rng: np.random.Generator, rows: int, points: int = 336) -> Array:
    """Return one cycle of a season on a fine grid: shape (rows, points), mean 0 and deviation 1."""
    kinds = [_smooth_shapes, _peaked_shapes, _rough_shapes, _block_shapes]
    kind = rng.choice(4, rows, p=[0.35, 0.25, 0.28, 0.12])
    shapes = np.empty((rows, points))
    for index, draw in enumerate(kinds):
        chosen = kind == index
        if chosen.any():
            shapes[chosen] = draw(rng, int(chosen.sum()), points)
    shapes -= shapes.mean(1, keepdims=True)
    shapes /= shapes.std(1, keepdims=True) + 1e-6
    return shapes


def season(
    rng: np.random.Generator, calendar: Calendar, length: int, steady: bool = False
) -> Array:
    """Return one seasonal component per row: shape (rows, length), deviation about 1.

    Every row has three shapes; the slots of the long cycle (the days of a week) each take one
    of them, with their own level and amplitude. Amplitude and shape drift slowly in some rows,
    and some rows have odd cycles now and then (holidays) that take the third shape. A steady
    season does none of this.
    """
    rows = len(calendar.inner)
    points = 336
    shapes = draw_shapes(rng, rows * 3, points).reshape(rows, 3, points)
    period, outer = calendar.inner[:, None], calendar.outer[:, None].astype(int)
    time = np.arange(length)[None] + rng.integers(0, 10_000, (rows, 1))
    # the nudge keeps t / period * points from falling just under a whole number
    cycle_position = time / period + 1e-9
    cycle = cycle_position.astype(int)
    index = ((cycle_position - cycle) * points).astype(int)
    slot = cycle % outer
    row = np.arange(rows)[:, None]

    slots = 12
    related = rng.random((rows, 1)) < 0.5
    weekend = (np.arange(slots)[None] >= 5) & (outer == 7)
    kind = np.where(related, weekend.astype(int), rng.choice(3, (rows, slots), p=[0.7, 0.2, 0.1]))
    spread = rng.choice([0.05, 0.2, 0.5], (rows, 1))
    amplitude = np.exp(rng.standard_normal((rows, slots)) * spread)
    amplitude *= np.where(weekend & related, rng.uniform(0.2, 1.1, (rows, 1)), 1.0)
    level = rng.standard_normal((rows, slots)) * spread * rng.choice([0, 1, 2], (rows, 1))
    level = np.where(outer > 1, level, 0.0)
    amplitude = np.where(outer > 1, amplitude, 1.0)

    turn = (cycle - cycle[:, :1]) % 128
    unsteady = 0.0 if steady else 1.0
    odd = rng.random((rows, 128)) < unsteady * rng.choice([0.0, 0.0, 0.0, 0.03], (rows, 1))
    which = np.where(odd[row, turn], 2, kind[row, slot] * (outer > 1))
    value = shapes[row, which, index]
    changing = rng.random((rows, 1)) < 0.15 * unsteady
    if changing.any():
        blend = np.clip(0.5 + 0.4 * smooth_walk(rng, rows, length), 0, 1) * changing
        value = value * (1 - blend) + shapes[row, 2, index] * blend
    value = value * amplitude[row, slot] + level[row, slot]
    drift = rng.choice([0.0, 0.0, 0.1, 0.3], (rows, 1))
    value *= np.exp(unsteady * drift * smooth_walk(rng, rows, length))
    per_cycle = rng.choice([0.0, 0.0, 0.0, 0.1, 0.3], (rows, 1))
    factors = np.exp(unsteady * per_cycle * rng.standard_normal((rows, 128)))
    result: Array = value * factors[row, turn]
    return result
