"""The series that eager and compiled are compared on, by name and seed.

The base and the first eight stress series are those of the compile guide. The others are kinds of
series that users have.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.data.series import Series, SeriesSet
from engine.validation.case import BATCH_SIZE, HORIZON, Case, Group

CONTEXT = 128
LENGTH = CONTEXT + HORIZON
SEED = 42
COLUMNS = ("open", "high", "low", "close")
SEEDS = tuple(range(SEED, SEED + BATCH_SIZE // len(COLUMNS)))
"""32 rows: eight items of four targets. The first seed is the compile guide's."""

MIDDLE = LENGTH // 2
CONTEXT_OF_LONG = 4096

Values = NDArray[np.float64]
Change = Callable[[Values, np.random.Generator], Values]


def candles(generator: np.random.Generator, length: int = LENGTH) -> Values:
    """Return the compile guide's prices, shape (4, length): open, high, low, close."""

    def noise() -> Values:
        return generator.standard_normal(length)

    price = 100 * np.exp(np.cumsum(0.02 * noise()))
    opened, closed = price * (1 + 0.002 * noise()), price * (1 + 0.002 * noise())
    high = np.maximum(opened, closed) * (1 + 0.005 * np.abs(noise()))
    low = np.minimum(opened, closed) * (1 - 0.005 * np.abs(noise()))
    return np.stack([opened, high, low, closed])


def candle_series(seeds: tuple[int, ...] = SEEDS) -> SeriesSet:
    """Return unaltered prices, one item a seed, the first `CONTEXT` steps."""
    return _items(lambda prices, _generator: prices, seeds)


def close_series(count: int) -> SeriesSet:
    """Return closing prices, one target an item."""
    closes = [candles(np.random.default_rng(SEED + index))[3:, :CONTEXT] for index in range(count)]
    return _set(closes, ("close",))


def scenarios() -> tuple[Case, ...]:
    """Return all scenarios, ordinary ones first."""
    ordinary = (
        Case("prices", Group.ORDINARY, candle_series()),
        Case("cyclic", Group.ORDINARY, _items(_cyclic)),
        Case("mixed lengths", Group.ORDINARY, _mixed_lengths()),
        Case("with covariates", Group.ORDINARY, _with_covariates()),
    )
    altered = tuple(
        Case(name, Group.STRESS, _items(change), extreme=True) for name, change in STRESS.items()
    )
    others = (
        Case("one and two points", Group.STRESS, _shortest(), extreme=True),
        Case("long context", Group.STRESS, _long(), extreme=True),
    )
    return ordinary + altered + others


def _scale_middle(values: Values, factor: float) -> Values:
    """Multiply the four steps in the middle by a factor."""
    values[:, MIDDLE : MIDDLE + 4] *= factor
    return values


def _near_zero(values: Values, generator: np.random.Generator) -> Values:
    return np.abs(1e-5 * generator.standard_normal(values.shape) + 1e-4)


def _trend(values: Values, generator: np.random.Generator) -> Values:
    line = np.linspace(50, 200, values.shape[1])
    return line * (1 + 0.01 * generator.standard_normal(values.shape))


def _gaps(values: Values, generator: np.random.Generator) -> Values:
    for row in values:
        for start in generator.integers(0, CONTEXT - 12, 3):
            row[start : start + int(generator.integers(1, 12))] = np.nan
    return values


def _all_but_one(values: Values, generator: np.random.Generator) -> Values:
    kept = int(generator.integers(CONTEXT))
    alone = np.full_like(values, np.nan)
    alone[:, kept] = values[:, kept]
    return alone


def _counts(values: Values, generator: np.random.Generator) -> Values:
    return generator.poisson(3.0, values.shape).astype(np.float64)


def _negative(values: Values, generator: np.random.Generator) -> Values:
    return -values + 50 * generator.standard_normal(values.shape)


def _regime_change(values: Values, _generator: np.random.Generator) -> Values:
    """Make the volatility of the second half ten times as large."""
    steps = np.diff(np.log(values), axis=1)
    steps[:, MIDDLE:] *= 10
    growth: Values = np.exp(np.cumsum(np.pad(steps, ((0, 0), (1, 0))), axis=1))
    return values[:, :1] * growth


def _jumps(values: Values, generator: np.random.Generator) -> Values:
    """Add six permanent jumps of a fifth, up or down."""
    for start in generator.integers(1, CONTEXT, 6):
        values[:, start:] *= generator.choice([0.8, 1.2])
    return values


def _outliers(values: Values, generator: np.random.Generator) -> Values:
    indices = generator.choice(CONTEXT, 3, replace=False)
    values[:, indices] *= generator.choice([0.5, 1.5], 3)
    return values


def _high_level(values: Values, generator: np.random.Generator) -> Values:
    return 1e5 + 100 * generator.standard_normal(values.shape)


def _cyclic(values: Values, _generator: np.random.Generator) -> Values:
    return np.tile(100 + 20 * np.sin(2 * np.pi * np.arange(LENGTH) / 24), (len(values), 1))


STRESS: dict[str, Change] = {
    "very small": lambda values, _generator: values * 1e-4,
    "very large": lambda values, _generator: values * 1e6,
    "high volatility": lambda values, generator: (
        values * np.exp(0.2 * generator.standard_normal(values.shape[1]))
    ),
    "spike": lambda values, _generator: _scale_middle(values, 5.0),
    "drop": lambda values, _generator: _scale_middle(values, 0.2),
    "near zero": _near_zero,
    "constant": lambda values, _generator: np.full_like(values, 100.0),
    "linear trend": _trend,
    "gaps": _gaps,
    "all missing but one": _all_but_one,
    "counts": _counts,
    "negative": _negative,
    "regime change": _regime_change,
    "jumps": _jumps,
    "outliers": _outliers,
    "high level": _high_level,
}
"""The changes of the prices, by scenario; the first eight are those of the compile guide."""


def _items(change: Change, seeds: tuple[int, ...] = SEEDS) -> SeriesSet:
    """Return prices of every seed, altered, cut to the context."""
    rows = []
    for seed in seeds:
        generator = np.random.default_rng(seed)
        rows.append(change(candles(generator), generator)[:, :CONTEXT])
    return _set(rows, COLUMNS, [f"seed {seed}" for seed in seeds])


def _set(rows: list[Values], columns: tuple[str, ...], names: list[str] | None = None) -> SeriesSet:
    names = names or [f"item {index}" for index in range(len(rows))]
    series = tuple(Series(name, values) for name, values in zip(names, rows, strict=True))
    return SeriesSet(series, columns)


def _mixed_lengths() -> SeriesSet:
    lengths = (128, 97, 64, 48, 33, 17, 16, 15, 9, 5, 3)
    closes = close_series(len(lengths)).series
    rows = [one.targets[:, -length:] for one, length in zip(closes, lengths, strict=True)]
    return _set(rows, ("close",), [f"{length} points" for length in lengths])


def _with_covariates() -> SeriesSet:
    """Return prices that follow a known-future covariate, with a past covariate beside it."""
    items = []
    for seed in SEEDS:
        generator = np.random.default_rng(seed)
        known = generator.standard_normal((1, LENGTH))
        price = candles(generator)[3:, :CONTEXT] + 5 * known[:, :CONTEXT]
        past = generator.standard_normal((1, CONTEXT))
        items.append(Series(f"seed {seed}", price, None, None, past, known))
    return SeriesSet(tuple(items), ("price",), ("past",), ("known",))


def _shortest() -> SeriesSet:
    rows = [np.array([[value]]) for value in (100.0, -3.5, 1e-6)]
    rows += [np.array([pair]) for pair in ((100.0, 101.0), (5.0, -5.0), (0.0, 1e-6))]
    return _set(rows, ("value",))


def _long() -> SeriesSet:
    """Return random walks of `CONTEXT_OF_LONG` steps, a long context."""
    rows = [
        candles(np.random.default_rng(seed), CONTEXT_OF_LONG)[3:, :] for seed in (SEED, SEED + 1)
    ]
    return _set(rows, ("close",), [f"seed {seed}" for seed in (SEED, SEED + 1)])
