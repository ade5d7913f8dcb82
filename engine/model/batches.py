"""Arrange series in batches of rows for the model.

An item becomes a group of rows: its targets, its past covariates, its known-future covariates.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.data.series import Series
from engine.model.preprocessing import Policy, TreatedRows, treat
from engine.results.shapes import BatchShape


@dataclass(frozen=True, slots=True)
class PreparedItem:
    """Rows of an item, ready for the model.

    Attributes:
        position: Index of the item in the series.
        targets: Number of rows that are targets; they come first.
        known: Number of rows that are known-future covariates; they come last.
        rows: The values after preprocessing: history (rows, steps), future (rows, horizon).
    """

    position: int
    targets: int
    known: int
    rows: TreatedRows


def batches(
    series: Sequence[Series], horizon: int, context_length: int, batch_size: int, policy: Policy
) -> Iterator[list[PreparedItem]]:
    """Split series into batches of prepared items; see `split`."""
    for positions in split(series, context_length, batch_size):
        yield [
            _prepare(series[position], position, horizon, context_length, policy)
            for position in positions
        ]


def split(series: Sequence[Series], context_length: int, batch_size: int) -> Iterator[list[int]]:
    """Yield the positions of the items of each batch, longest histories first.

    A batch has at most `batch_size` rows; an item with more forms its own batch. Batches group
    similar lengths to reduce padding.
    """
    lengths = np.array([min(item.length, context_length) for item in series])
    batch: list[int] = []
    rows = 0
    for position in np.argsort(-lengths, kind="stable"):
        count = series[position].rows
        if batch and rows + count > batch_size:
            yield batch
            batch, rows = [], 0
        batch.append(int(position))
        rows += count
    if batch:
        yield batch


def batch_shapes(
    series: Sequence[Series], horizon: int, context_length: int, batch_size: int
) -> tuple[BatchShape, ...]:
    """Return the shape of each batch that a forecast of these series runs."""
    return tuple(
        BatchShape(
            rows=sum(series[position].rows for position in positions),
            context=min(series[positions[0]].length, context_length),
            horizon=horizon,
        )
        for positions in split(series, context_length, batch_size)
    )


def _prepare(
    series: Series, position: int, horizon: int, context_length: int, policy: Policy
) -> PreparedItem:
    """Return the rows of an item: the last `context_length` steps, and the known future."""
    length, known = series.length, len(series.known_covariates)
    parts = [series.targets]
    if len(series.past_covariates):
        parts.append(series.past_covariates)
    if known:
        parts.append(series.known_covariates[:, :length])
    history = np.concatenate(parts) if len(parts) > 1 else parts[0]
    future = np.full((len(history), horizon), np.nan)
    if known:
        given = series.known_covariates[:, length : length + horizon]
        future[-known:, : given.shape[1]] = given
    return PreparedItem(
        position=position,
        targets=len(series.targets),
        known=known,
        rows=treat(policy, history[:, -context_length:], future),
    )
