"""Synthetic series: trend, seasons and noise put together, and what observation makes of them."""

import numpy as np

from resources.demo_model.recipe.evolutions import evolutions
from resources.demo_model.recipe.kernels import kernel_synthesis
from resources.demo_model.recipe.noise import (
    Array,
    autoregression,
    choose,
    coloured_noise,
    innovations,
    log_uniform,
    lower_level,
    oscillators,
    random_walk,
    standardise,
    trend,
)
from resources.demo_model.recipe.recurrences import recurrences
from resources.demo_model.recipe.renewals import renewals
from resources.demo_model.recipe.seasons import Calendar, draw_calendar, season


def structural(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Trend + wandering level + one to three seasons + noise, deviation of a season about 1."""
    calendar = draw_calendar(rng, rows, max(8, length // 2))
    value = season(rng, calendar, length)
    second = rng.random((rows, 1)) < 0.3
    multiple = calendar.inner * np.where(rng.random(rows) < 0.7, calendar.outer, 1)
    longer = multiple * rng.choice([1, 2, 4, 7, 12, 30], rows)
    yearly = np.isin(calendar.inner, (7, 24)) & (rng.random(rows) < 0.4)
    longer = np.where(yearly, np.where(calendar.inner == 7, 365.25, 8766.0), longer)
    other = season(rng, Calendar(longer, np.ones(rows)), length)
    value += second * log_uniform(rng, 0.05, 2.0, rows) * other
    value += trend(rng, rows, length) * log_uniform(rng, 0.1, 6.0, rows)
    wanders = rng.random((rows, 1)) < 0.3
    value += wanders * random_walk(rng, rows, length) * log_uniform(rng, 0.1, 5.0, rows)
    rough = choose(
        rng,
        [
            innovations(rng, rows, length),
            autoregression(rng, rows, length),
            coloured_noise(rng, rows, length),
        ],
        [5, 3, 2],
    )
    level = log_uniform(rng, 0.01, 2.0, rows)
    with_season = (rng.random((rows, 1)) < 0.3) * np.exp(np.clip(value, -3, 3) * 0.7) + 0.5
    modulation = np.where(rng.random((rows, 1)) < 0.25, with_season, 1.0)
    return value + level * modulation * rough


def periodic(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Return one season that repeats without change under little noise: the least to be learnt."""
    calendar = draw_calendar(rng, rows, max(6, length // 3))
    fits = calendar.inner * calendar.outer < length / 2
    calendar = Calendar(calendar.inner, np.where(fits, calendar.outer, 1.0))
    value = season(rng, calendar, length, steady=True)
    return value + log_uniform(rng, 0.001, 0.3, rows) * innovations(rng, rows, length)


def profile(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Return a steady profile that is never negative, times a factor that changes slowly.

    In half of the rows it is exactly zero for a part of each cycle; a third of them are counts.
    """
    calendar = draw_calendar(rng, rows, max(6, length // 3))
    shape = season(rng, calendar, length, steady=True)
    floor = lower_level(shape, 0.7 * rng.random((rows, 1)) * (rng.random((rows, 1)) < 0.5))
    factor = rng.choice([0.0, 0.1, 0.4], (rows, 1)) * autoregression(rng, rows, length)
    value = np.maximum(shape - floor, 0.0) * np.exp(np.clip(factor, -3, 1))
    counts = rng.poisson(np.minimum(value * log_uniform(rng, 0.5, 100.0, rows), 1e5))
    return choose(rng, [value, counts.astype(float)], [2, 1])


def fluctuating(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Regular but never the same: oscillators, recurrences and renewals, under little noise."""
    kinds = [draw(rng, rows, length) for draw in (oscillators, recurrences, renewals)]
    value = choose(rng, kinds, [3, 2, 3])
    return value + log_uniform(rng, 0.003, 0.3, rows) * innovations(rng, rows, length)


def unseasonal(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Walks, autoregressions and coloured noise, some with a trend."""
    value = choose(
        rng,
        [
            random_walk(rng, rows, length),
            autoregression(rng, rows, length),
            coloured_noise(rng, rows, length),
            innovations(rng, rows, length),
        ],
        [4, 3, 3, 1],
    )
    return value + trend(rng, rows, length) * log_uniform(rng, 0.2, 10.0, rows)


def _link(rng: np.random.Generator, value: Array) -> Array:
    """Turn a latent curve into what is observed: additive, multiplicative, bounded, counts."""
    rows = len(value)
    unit = standardise(value)
    exponential = np.exp(np.clip(unit * rng.uniform(0.1, 1.2, (rows, 1)), -8, 8))
    positive = np.maximum(0.0, unit + rng.uniform(-0.5, 2.0, (rows, 1)))
    bounded = 1 / (1 + np.exp(-unit * rng.uniform(0.5, 3.0, (rows, 1))))
    rate = exponential * log_uniform(rng, 0.1, 200.0, rows)
    rate *= rng.gamma(1 / 0.1, 0.1, value.shape) if rng.random() < 0.5 else 1.0
    counts = rng.poisson(np.minimum(rate, 1e5)).astype(float)
    total = np.cumsum(exponential, axis=1)
    rounded = np.round(unit * rng.uniform(1, 30, (rows, 1)))
    return choose(
        rng,
        [value, exponential, positive, bounded, counts, rounded, total],
        [10, 5, 1.5, 0.7, 2.5, 0.7, 0.3],
    )


def intermittent(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Demand that is mostly zero: occurrence with a rate that may have a season, random sizes."""
    calendar = draw_calendar(rng, rows, max(8, length // 2))
    activity = season(rng, calendar, length) * rng.choice([0.0, 0.5, 1.5], (rows, 1))
    odds = np.exp(activity + rng.uniform(-3.5, 0.5, (rows, 1)))
    occurs = rng.random((rows, length)) < odds / (1 + odds)
    size = np.ceil(rng.gamma(rng.choice([1.0, 3.0], (rows, 1)), 1.0, (rows, length)))
    size = np.where(rng.random((rows, 1)) < 0.5, size, rng.lognormal(0, 0.7, (rows, length)))
    demand: Array = occurs * size
    return demand


def _events(rng: np.random.Generator, value: Array) -> Array:
    """Level shifts, changes of variance and outliers, in about a quarter of the rows."""
    rows, length = value.shape
    deviation = value.std(1, keepdims=True)
    time = np.arange(length)[None]
    after = time > rng.integers(0, length, (rows, 1))
    shifted = rng.random((rows, 1)) < 0.12
    value = value + shifted * after * deviation * rng.standard_normal((rows, 1)) * 2
    spikes = (rng.random((rows, 1)) < 0.1) & (rng.random((rows, length)) < 0.01)
    if spikes.any():
        value = value + spikes * deviation * rng.standard_t(2.5, (rows, length)) * 4
    stretched = (rng.random((rows, 1)) < 0.05) & after
    centre = value.mean(1, keepdims=True)
    factor = np.exp(rng.standard_normal((rows, 1)))
    return np.where(stretched, centre + (value - centre) * factor, value)


def _mix(rng: np.random.Generator, value: Array) -> Array:
    """Replace some rows by a mixture with another row, or by a passage from one to the other."""
    rows, length = value.shape
    unit = standardise(value)
    time = np.arange(length)[None] / length
    share = rng.uniform(0.3, 0.9, (rows, 1))
    passage = 1 / (
        1 + np.exp((time - rng.random((rows, 1))) * 10 ** rng.uniform(0.5, 2.5, (rows, 1)))
    )
    weight = np.where(rng.random((rows, 1)) < 0.7, share, passage)
    mixed = weight * unit + (1 - weight) * unit[rng.permutation(rows)]
    return np.where(rng.random((rows, 1)) < 0.1, mixed, value)


def draw_series(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Independent series of every family, shape (rows, length)."""
    kind = rng.choice(8, rows, p=[0.21, 0.1, 0.07, 0.06, 0.21, 0.08, 0.1, 0.17])
    value = np.empty((rows, length))
    for index, draw in enumerate((structural, unseasonal, kernel_synthesis)):
        chosen = kind == index
        if chosen.any():
            value[chosen] = _link(rng, draw(rng, int(chosen.sum()), length))
    others = (intermittent, periodic, profile, fluctuating, evolutions)
    for index, draw in enumerate(others, start=3):
        chosen = kind == index
        if chosen.any():
            value[chosen] = draw(rng, int(chosen.sum()), length)
    sparse = kind == 3
    value[~sparse] = _events(rng, value[~sparse]) if (~sparse).any() else value[~sparse]
    value = _mix(rng, value)
    mirrored = (rng.random((rows, 1)) < 0.15) & ~sparse[:, None]
    return np.where(mirrored, -value, value)
