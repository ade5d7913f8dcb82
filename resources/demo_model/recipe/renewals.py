"""Cycles of unequal length: heartbeats, batches, refills, showers."""

import numpy as np

from resources.demo_model.recipe.noise import Array, choose, smooth_walk
from resources.demo_model.recipe.seasons import draw_calendar, draw_shapes, season


def _clock(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Time that runs faster and slower, by a season or a slow drift or not; (rows, length)."""
    drift = smooth_walk(rng, rows, length)
    seasonal = season(rng, draw_calendar(rng, rows, max(8, length // 2)), length)
    haste = choose(rng, [np.zeros((rows, length)), drift, seasonal], [3, 1, 2])
    return np.cumsum(np.exp(np.clip(haste * rng.uniform(0.1, 0.7, (rows, 1)), -2, 2)), axis=1)


def renewals(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Events at gamma-distributed intervals, from almost regular to entirely random.

    A cycle is a shape stretched over the interval, or a response that starts with its event and
    fades; a half or a tenth of its height, or nothing, is random. Shape (rows, length).
    """
    period = np.exp(rng.uniform(np.log(4), np.log(max(12, min(200, length / 6))), (rows, 1)))
    clock = _clock(rng, rows, length)
    count = int(2 * (clock[:, -1:] / period).max()) + 20
    regularity = 10 ** rng.uniform(0, 3.5, (rows, 1))
    intervals = period * rng.gamma(regularity, 1 / regularity, (rows, count))
    starts = np.cumsum(intervals, axis=1) - intervals - period * rng.random((rows, 1))
    event = [np.searchsorted(row, now, "right") for row, now in zip(starts, clock, strict=True)]
    index = np.clip(np.stack(event) - 1, 0, count - 1)
    since = clock - np.take_along_axis(starts, index, 1)
    share = np.clip(since / np.take_along_axis(intervals, index, 1), 0, 1 - 1e-9)
    shapes = draw_shapes(rng, rows)
    stretched = np.take_along_axis(shapes, (share * shapes.shape[1]).astype(int), 1)
    response = np.exp(-since / (period * 10 ** rng.uniform(-1.0, 0.7, (rows, 1))))
    spread = rng.choice([0.0, 0.1, 0.5], (rows, 1))
    height = np.exp(spread * rng.standard_normal((rows, count)))
    value = choose(rng, [stretched, response], [2, 1]) * np.take_along_axis(height, index, 1)
    unit: Array = value / (value.std(1, keepdims=True) + 1e-9)
    return unit
