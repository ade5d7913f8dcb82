"""Arrange series in batches of rows for the model.

An item becomes a group of rows: its targets, its past covariates, its known-future covariates.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.data.series import Series
from engine.model.preprocessing import Policy, TreatedRows, treat


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
    """Split series into batches of at most `batch_size` rows, longest histories first.

    Batches group similar lengths to reduce padding. An item with more rows than `batch_size`
    forms its own batch.
    """
    lengths = np.array([min(item.length, context_length) for item in series])
    batch: list[PreparedItem] = []
    rows = 0
    for position in np.argsort(-lengths, kind="stable"):
        item = _prepare(series[position], int(position), horizon, context_length, policy)
        count = len(item.rows.history)
        if batch and rows + count > batch_size:
            yield batch
            batch, rows = [], 0
        batch.append(item)
        rows += count
    if batch:
        yield batch


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
