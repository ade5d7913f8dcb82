"""Series and configurations that several tests use."""

import numpy as np

from engine.config.presets import PRESETS
from engine.config.settings import CompileConfig
from engine.data.series import Series, SeriesSet

EAGER = CompileConfig(small_values="keep")
COMPILED = PRESETS["production_compiled"].replace(small_values="keep")
CAPTURED = PRESETS["fast_testing"].replace(small_values="keep")
"""Compiles without generating code, which takes a second instead of half a minute."""


def walks(count: int = 3, length: int = 128, seed: int = 0) -> SeriesSet:
    """Return random walks around 100, one target each."""
    generator = np.random.default_rng(seed)
    return series_set([100 + generator.normal(size=length).cumsum() for _ in range(count)])


def series_set(targets: list[np.ndarray]) -> SeriesSet:
    """Return a series set with one item for each array, of shape (length,) or (targets, length)."""
    rows = [np.atleast_2d(np.asarray(target, dtype=np.float64)) for target in targets]
    names = tuple(f"target_{index}" for index in range(len(rows[0])))
    return SeriesSet(tuple(Series(f"item_{index}", row) for index, row in enumerate(rows)), names)


def table(
    items: int, *, targets: int = 1, past: int = 0, known: int = 0, missing: bool = False
) -> SeriesSet:
    """Return items of several lengths, some with missing patches."""
    generator = np.random.default_rng(items)
    series = []
    for index in range(items):
        length = 200 - 31 * (index % 3) if missing else 200
        values = generator.normal(size=(targets, length)).cumsum(axis=1)
        if missing and index % 2:
            values[:, 40:90] = np.nan
        series.append(
            Series(
                f"item {index}",
                values,
                past_covariates=generator.normal(size=(past, length)),
                known_covariates=generator.normal(size=(known, length + 24)),
            )
        )
    names = tuple(f"target {index}" for index in range(targets))
    return SeriesSet(tuple(series), names, ("past",) * past, ("known",) * known)
