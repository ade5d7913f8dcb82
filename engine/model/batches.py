"""Arrange series in batches of rows for the model.

An item becomes a group of rows: its targets, its past covariates, its known-future covariates.
A batch is one array of all its rows, because work item by item costs more than a fast model.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.series import Series
from engine.model.planning import Counts
from engine.model.preprocessing import Policy, TreatedRows, treat
from engine.results.shapes import BatchShape


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of several items, ready for the model.

    Attributes:
        positions: Indices of the items in the series.
        sizes: Number of rows of each item, shape (items,).
        targets: Number of targets of each item, whose rows come first; shape (items,).
        known: Number of known-future covariates of each item, whose rows come last; (items,).
        lengths: Steps of history of each item, shape (items,).
        rows: The values after preprocessing: history (rows, longest), with NaN before a shorter
            one, and future (rows, horizon).
    """

    positions: tuple[int, ...]
    sizes: Counts
    targets: Counts
    known: Counts
    lengths: Counts
    rows: TreatedRows

    @property
    def shape(self) -> BatchShape:
        """Return the shape of the batch."""
        rows, longest = self.rows.history.shape
        return BatchShape(rows=rows, context=longest, horizon=self.rows.future.shape[1])

    @property
    def starts(self) -> Counts:
        """Return the first row of each item, shape (items,)."""
        return np.cumsum(self.sizes) - self.sizes

    @property
    def group_ids(self) -> Counts:
        """Return the number of the item of each row, shape (rows,)."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    @property
    def target_rows(self) -> Counts:
        """Return the rows that are targets, item after item."""
        within = np.arange(self.sizes.sum()) - np.repeat(self.starts, self.sizes)
        return np.flatnonzero(within < np.repeat(self.targets, self.sizes))

    @property
    def target_slices(self) -> list[slice]:
        """Return where the targets of each item are among all targets."""
        ends = np.cumsum(self.targets).tolist()
        return [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]

    @property
    def unobserved(self) -> list[int]:
        """Return the positions of the items whose targets have no observed value."""
        rows = self.target_rows
        observed = np.zeros(len(self.rows.history), dtype=np.int64)
        observed[rows] = np.isfinite(self.rows.history[rows]).any(axis=1)
        found = self.per_item(observed) == 0
        return [self.positions[index] for index in np.flatnonzero(found)]

    def per_item(self, counts: Counts) -> Counts:
        """Return the sum over the rows of each item of a number for each row."""
        return np.asarray(np.add.reduceat(counts, self.starts))


def make_batch(
    series: Sequence[Series],
    positions: Sequence[int],
    horizon: int,
    context_length: int,
    policy: Policy,
) -> Batch:
    """Return the rows of items: the last `context_length` steps, and the known future."""
    items = [series[position] for position in positions]
    sizes = np.array([item.rows for item in items])
    lengths = np.array([min(item.length, context_length) for item in items])
    history = np.full((int(sizes.sum()), int(lengths.max())), np.nan)
    future = np.full((len(history), horizon), np.nan)
    end = 0
    for item, steps in zip(items, lengths.tolist(), strict=True):
        _fill(item, steps, history[end : end + item.rows], future[end : end + item.rows])
        end += item.rows
    return Batch(
        positions=tuple(positions),
        sizes=sizes,
        targets=np.array([len(item.targets) for item in items]),
        known=np.array([len(item.known_covariates) for item in items]),
        lengths=lengths,
        rows=treat(policy, history, future),
    )


def _fill(
    item: Series, steps: int, history: NDArray[np.float64], future: NDArray[np.float64]
) -> None:
    """Write the last steps of an item, and its known future, to its rows of a batch."""
    length, targets = item.length, len(item.targets)
    past, known = len(item.past_covariates), len(item.known_covariates)
    if steps == 0:
        return
    history[:targets, -steps:] = item.targets[:, length - steps :]
    if past:
        history[targets : targets + past, -steps:] = item.past_covariates[:, length - steps :]
    if known:
        history[targets + past :, -steps:] = item.known_covariates[:, length - steps : length]
        given = item.known_covariates[:, length : length + future.shape[1]]
        future[-known:, : given.shape[1]] = given
