"""Seasons that change slowly: the shape, the size, the level, the share of a cycle that is zero."""

import numpy as np

from resources.demo_model.recipe.noise import (
    Array,
    choose,
    innovations,
    log_uniform,
    lower_level,
    smooth_walk,
)
from resources.demo_model.recipe.seasons import draw_calendar, season


def _slow_curve(rng: np.random.Generator, rows: int, length: int) -> Array:
    """What changes little within a cycle: a part of a long wave, a line, a slow walk."""
    time = np.arange(length)[None] / length
    turns = log_uniform(rng, 0.05, 2.0, rows) * time
    wave = np.sin(2 * np.pi * (turns + rng.random((rows, 1))))
    line = (time - 0.5) * rng.choice([-2.0, 2.0], (rows, 1))
    return choose(rng, [wave, line, smooth_walk(rng, rows, length)], [3, 1, 1])


def evolutions(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Series of shape (rows, length) under noise of at most a tenth of the season, or none.

    Forecasting them well takes the last cycles rather than the mean of many. Half of the rows are
    cut off from below, at a level that moves.
    """
    calendar = draw_calendar(rng, rows, max(6, length // 4))
    shape, other = (season(rng, calendar, length, steady=True) for _ in range(2))
    changes = rng.random((4, rows, 1)) < 0.6
    strength = log_uniform(rng, 0.02, 1.0, 4 * rows).reshape(4, rows, 1) * changes
    blend, size, level, cut = (share * _slow_curve(rng, rows, length) for share in strength)
    value = (shape + blend * other) * np.exp(size) + level
    floor = lower_level(value, 0.6 * rng.random((rows, 1)))
    is_cut = rng.random((rows, 1)) < 0.5
    value = np.where(is_cut, np.maximum(value - floor + cut, 0.0), value)
    noise = log_uniform(rng, 0.0003, 0.1, rows) * innovations(rng, rows, length)
    noise *= rng.random((rows, 1)) < 0.7
    series: Array = np.where(rng.random((rows, 1)) < 0.5, value + noise, value * (1 + noise))
    return series
