"""Groups of related series: shared causes, delayed copies, covariates with and without a future."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from resources.demo_model.recipe.noise import (
    Array,
    autoregression,
    choose,
    innovations,
    random_walk,
    standardise,
)
from resources.demo_model.recipe.series import draw_series, intermittent, structural

LONGEST_DELAY = 64
"""Steps by which one member of a group may run behind another."""


@dataclass(frozen=True)
class Groups:
    """Groups of equal size: `values` (groups, size, length); `known_future` (groups, size).

    A member with a known future is a covariate that the model sees over the horizon too.
    """

    values: Array
    known_future: npt.NDArray[np.bool_]


def _delayed(source: Array, delays: npt.NDArray[np.int64], length: int) -> Array:
    """Read every row of `source` (rows, length + LONGEST_DELAY) `delays` steps late."""
    start = LONGEST_DELAY - delays[:, None]
    return np.take_along_axis(source, start + np.arange(length)[None], axis=1)


def _delays(rng: np.random.Generator, rows: int) -> npt.NDArray[np.int64]:
    """Short delays mostly, none in a third of the rows."""
    delays = np.exp(rng.uniform(0, np.log(LONGEST_DELAY), rows)).astype(np.int64)
    return np.where(rng.random(rows) < 0.35, 0, delays)


def surprises(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Walks, autoregressions, and showers that drain away (shot noise)."""
    showers = rng.random((rows, length)) < 10 ** rng.uniform(-2.0, -0.7, (rows, 1))
    amount = showers * rng.exponential(1.0, (rows, length))
    keep = 1 - 10 ** rng.uniform(-2.0, -0.5, (rows, 1))
    drained = np.empty((rows, length))
    level = np.zeros(rows)
    for step in range(length):
        level = level * keep[:, 0] + amount[:, step]
        drained[:, step] = level
    kinds = [random_walk(rng, rows, length), autoregression(rng, rows, length), drained]
    return choose(rng, kinds, [1, 2, 1])


def delayed_copies(rng: np.random.Generator, groups: int, size: int, length: int) -> Groups:
    """Return one cause, seen by every member with its own delay, gain, level and noise.

    Two in three causes cannot be foretold from their own past, so that the others' must be read.
    """
    total = length + LONGEST_DELAY
    seasonal = rng.random((groups, 1)) < 1 / 3
    cause = np.where(seasonal, draw_series(rng, groups, total), surprises(rng, groups, total))
    source = standardise(cause)
    rows = groups * size
    copies = _delayed(np.repeat(source, size, axis=0), _delays(rng, rows), length)
    noise = rng.choice([0.0, 0.05, 0.2, 0.5], (groups, 1, 1))
    values = copies.reshape(groups, size, length) * rng.normal(1, 0.5, (groups, size, 1))
    values = values + noise * innovations(rng, rows, length).reshape(values.shape)
    values += 3 * rng.standard_normal((groups, size, 1))
    return Groups(values, np.zeros((groups, size), bool))


def mixtures(rng: np.random.Generator, groups: int, size: int, length: int) -> Groups:
    """Linear mixtures of as many hidden causes as members, from nearly separate to fully mixed."""
    causes = standardise(draw_series(rng, groups * size, length)).reshape(groups, size, length)
    mixing = rng.standard_normal((groups, size, size)) * rng.choice([0.2, 1.0], (groups, 1, 1))
    return Groups((np.eye(size) + mixing) @ causes, np.zeros((groups, size), bool))


def separate(rng: np.random.Generator, groups: int, size: int, length: int) -> Groups:
    """Members that have nothing to do with each other: groups must not hurt."""
    values = draw_series(rng, groups * size, length).reshape(groups, size, length)
    return Groups(values, rng.random((groups, size)) < 0.3)


def _causes(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Covariates: smooth, seasonal, promotions (on and off), steps of prices, rare pulses."""
    value = np.empty((rows, length))
    kind = rng.choice(5, rows, p=[0.25, 0.2, 0.25, 0.15, 0.15])
    for index in range(5):
        chosen = kind == index
        count = int(chosen.sum())
        if not count:
            continue
        if index == 0:
            drawn = autoregression(rng, count, length)
        elif index == 1:
            drawn = structural(rng, count, length)
        elif index == 2:
            drawn = _switches(rng, count, length)
        elif index == 3:
            held = np.cumsum(rng.random((count, length)) < 0.02, axis=1, dtype=np.int64)
            drawn = np.take_along_axis(rng.standard_normal((count, length)), held, 1)
        else:
            drawn = (intermittent(rng, count, length) > 0).astype(float)
        value[chosen] = drawn
    return value


def _switches(rng: np.random.Generator, rows: int, length: int) -> Array:
    """On and off for random whole runs: a square wave with random run lengths."""
    often = 10 ** rng.uniform(-2.2, -0.3, (rows, 1))
    switches = rng.random((rows, length)) < often
    return np.cumsum(switches, axis=1, dtype=np.float64) % 2


def explained(rng: np.random.Generator, groups: int, size: int, length: int) -> Groups:
    """Return a target driven by covariates, most of them known over the horizon.

    The effect is linear, rectified, squared or multiplicative, at once or a few steps late.
    """
    covariates = size - 1
    rows = groups * covariates
    causes = _causes(rng, rows, length + LONGEST_DELAY)
    unit = standardise(causes)
    late = _delayed(unit, np.where(rng.random(rows) < 0.9, 0, _delays(rng, rows)), length)
    form = rng.choice(3, (rows, 1), p=[0.9, 0.07, 0.03])
    effect = np.where(form == 0, late, np.where(form == 1, np.maximum(late, 0), late**2))
    # three in four effects have the covariate's sign: with as many of either, the expected effect
    # is zero until a model reads the sign from the context, and it never starts to learn that
    sign = np.where(rng.random((rows, 1)) < 0.75, 1.0, -1.0)
    strength = 0.2 + np.abs(rng.normal(0, 1, (rows, 1)))
    gain = sign * strength * (rng.random((rows, 1)) < 0.93)
    total = (gain * effect).reshape(groups, covariates, length).sum(1)
    own = standardise(draw_series(rng, groups, length))
    share = np.exp(rng.uniform(np.log(0.02), np.log(0.7), (groups, 1)))
    target = share * own + total
    grown = own * (1 + 0.5 * np.tanh(total))
    target = np.where(rng.random((groups, 1)) < 0.1, grown, target)
    seen = causes[:, LONGEST_DELAY:].reshape(groups, covariates, length)
    values = np.concatenate([target[:, None], seen], axis=1)
    known = rng.random((groups, size)) < rng.choice([0.5, 0.9, 1.0], (groups, 1))
    known[:, 0] = False
    return Groups(values, known)


def draw_groups(rng: np.random.Generator, groups: int, size: int, length: int) -> Groups:
    """Groups of every family in random order; size 1 means independent series."""
    if size == 1:
        values = draw_series(rng, groups, length)[:, None]
        return Groups(values, np.zeros((groups, 1), bool))
    families = [delayed_copies, mixtures, separate, explained]
    counts = rng.multinomial(groups, [0.23, 0.04, 0.04, 0.69])
    parts = [
        family(rng, int(count), size, length)
        for family, count in zip(families, counts, strict=True)
        if count
    ]
    values = np.concatenate([part.values for part in parts])
    known = np.concatenate([part.known_future for part in parts])
    return Groups(values, known)
