"""The work of a forecast, batch by batch: what is prepared before the model, and finished after."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.data.series import Series
from engine.model.batches import Batch, make_batch
from engine.model.planning import PatchSizes, Sizes
from engine.model.preprocessing import Policy
from engine.results.shapes import BatchShape

Quantiles = NDArray[np.float64]


@dataclass(frozen=True)
class Work:
    """Series to forecast, and how.

    Attributes:
        series: The items.
        horizon: Steps to forecast.
        context: Longest history to read, in steps.
        policy: Policy for small values.
        patch_sizes: Steps of the model's patches.
    """

    series: Sequence[Series]
    horizon: int
    context: int
    policy: Policy
    patch_sizes: PatchSizes

    @cached_property
    def sizes(self) -> Sizes:
        """Return what the items ask of the model."""
        lengths = np.array([min(item.length, self.context) for item in self.series])
        rows = np.array([item.rows for item in self.series])
        return self.patch_sizes.sizes(lengths, rows, self.horizon)

    def shape(self, positions: list[int]) -> BatchShape:
        """Return the shape of a batch."""
        rows, lengths = self.sizes.rows[positions], self.sizes.lengths[positions]
        return BatchShape(rows=int(rows.sum()), context=int(lengths.max()), horizon=self.horizon)

    def prepare(self, positions: Sequence[int]) -> Batch:
        """Return the rows of items, ready for the model."""
        return make_batch(self.series, positions, self.horizon, self.context, self.policy)

    def finish(self, batch: Batch, quantiles: Quantiles) -> "Finished":
        """Return the forecast of a batch in the units of the series.

        Args:
            batch: The batch.
            quantiles: Shape (targets, horizon, quantile levels).
        """
        restored = batch.rows.undo(quantiles, batch.target_rows)
        slices = zip(batch.positions, batch.target_slices, strict=True)
        return Finished(
            {position: restored[of_item] for position, of_item in slices},
            [self.series[position].item_id for position in batch.unobserved],
            int(batch.rows.changed.sum()),
            int((batch.per_item(batch.rows.changed) > 0).sum()),
        )


@dataclass(slots=True)
class Finished:
    """The forecasts of batches.

    Attributes:
        values: Position of an item -> its quantiles, shape (targets, horizon, quantile levels).
        unobserved: Items whose targets have no observed value.
        changed_values: Number of values that the small-value policy altered.
        changed_items: Number of items that have some.
        preprocessing: Seconds that the model waited for batches, and that the last one took after.
        in_model: Seconds of the model's calls.
    """

    values: dict[int, Quantiles] = field(default_factory=dict)
    unobserved: list[str] = field(default_factory=list)
    changed_values: int = 0
    changed_items: int = 0
    preprocessing: float = 0.0
    in_model: float = 0.0

    def add(self, more: "Finished") -> None:
        """Add the forecasts of another batch."""
        self.values |= more.values
        self.unobserved += more.unobserved
        self.changed_values += more.changed_values
        self.changed_items += more.changed_items
