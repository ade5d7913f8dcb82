"""The inputs of a benchmark's calls: one batch of your series, rotated."""

import dataclasses
from itertools import cycle, islice

import numpy as np

from engine.base.errors import UserError
from engine.benchmark.setup import Shape
from engine.data.series import Series, SeriesSet

ROTATION = 7
"""Steps between two rotated inputs; neither a season nor a patch has this length."""


def first_items(series: SeriesSet, most_rows: int) -> SeriesSet:
    """Return the first items, whose rows together are at most a number; the first in any case.

    Raises:
        UserError: There are none.
    """
    if not len(series):
        raise UserError("There are no series to forecast.", "Load a file that has some.")
    batch: list[Series] = []
    rows = 0
    for one in series.series:
        rows += one.rows
        if batch and rows > most_rows:
            break
        batch.append(one)
    return dataclasses.replace(series, series=tuple(batch), findings=(), reading=None)


def shape_of(batch: SeriesSet, horizon: int, context_length: int) -> Shape:
    """Return the shape of one call that reads at most a number of steps."""
    longest = max(one.length for one in batch.series)
    return Shape(
        items=len(batch),
        rows=batch.rows,
        targets=len(batch.target_names),
        steps=min(longest, context_length),
        horizon=horizon,
    )


def rotated(batch: SeriesSet, number: int) -> SeriesSet:
    """Return a batch with its histories rotated by some steps; number 0 is the batch itself.

    Values, lengths and gaps stay, so every input takes the same work.
    """
    if number == 0:
        return batch
    return dataclasses.replace(
        batch, series=tuple(_rotated(one, number * ROTATION) for one in batch.series)
    )


def _rotated(series: Series, steps: int) -> Series:
    return dataclasses.replace(
        series,
        targets=np.roll(series.targets, steps, axis=1),
        past_covariates=np.roll(series.past_covariates, steps, axis=1),
    )


def resized(batch: SeriesSet, items: int, steps: int) -> SeriesSet:
    """Return series of one target, repeated and cut to a number and a length."""
    rows = [row for one in batch.series for row in one.targets]
    series = []
    for number, row in enumerate(islice(cycle(rows), items)):
        values = np.resize(np.roll(row, number * ROTATION), steps)
        series.append(Series(f"item_{number}", values[None, :]))
    return SeriesSet(tuple(series), batch.target_names[:1], source=batch.source)
