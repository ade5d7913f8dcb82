"""What the calls of a benchmark forecast: one batch of the user's series, rotated."""

import dataclasses
from itertools import cycle, islice

import numpy as np

from engine.base.errors import UserError
from engine.benchmark.measurements import Shape
from engine.data.series import Series, SeriesSet

ROTATION = 7
"""Steps between two rotated inputs; no season has this length and no patch either."""


def first_batch(series: SeriesSet, batch_size: int) -> SeriesSet:
    """As many items, from the first on, as go through the model together.

    Raises:
        UserError: There are none.
    """
    if not len(series):
        raise UserError("There are no series to forecast.", "Load a file that has some.")
    taken: list[Series] = []
    rows = 0
    for one in series.series:
        rows += rows_of(one)
        if taken and rows > batch_size:
            break
        taken.append(one)
    return dataclasses.replace(series, series=tuple(taken), findings=(), reading=None)


def rows_of(series: Series) -> int:
    """Rows of the model that an item takes."""
    return len(series.targets) + len(series.past_covariates) + len(series.known_covariates)


def shape_of(batch: SeriesSet, horizon: int, context_length: int | None) -> Shape:
    """What one call forecasts."""
    longest = max(one.length for one in batch.series)
    return Shape(
        items=len(batch),
        rows=sum(rows_of(one) for one in batch.series),
        targets=len(batch.target_names),
        steps=longest if context_length is None else min(longest, context_length),
        horizon=horizon,
    )


def rotated(batch: SeriesSet, place: int) -> SeriesSet:
    """The batch with its histories turned round by some steps; place 0 is the batch itself.

    Values, lengths and gaps stay, so that every place takes the model the same work.
    """
    if place == 0:
        return batch
    return dataclasses.replace(
        batch, series=tuple(_rotated(one, place * ROTATION) for one in batch.series)
    )


def _rotated(series: Series, steps: int) -> Series:
    return dataclasses.replace(
        series,
        targets=np.roll(series.targets, steps, axis=1),
        past_covariates=np.roll(series.past_covariates, steps, axis=1),
    )


def resized(batch: SeriesSet, items: int, steps: int) -> SeriesSet:
    """Series of one target, made of the batch's by going round: so many, and so long."""
    rows = [row for one in batch.series for row in one.targets]
    series = []
    for number, row in enumerate(islice(cycle(rows), items)):
        values = np.resize(np.roll(row, number * ROTATION), steps)
        series.append(Series(f"item_{number}", values[None, :]))
    return SeriesSet(tuple(series), batch.target_names[:1], source=batch.source)
