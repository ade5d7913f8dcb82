"""Shapes of the batches that pass through the model."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class BatchShape:
    """The shape of one batch.

    Attributes:
        rows: Rows: every target and every covariate of an item is one.
        context: The longest history, in steps.
        horizon: Steps to forecast.
    """

    rows: int
    context: int
    horizon: int

    def __str__(self) -> str:
        return f"{self.rows:,} rows, context {self.context:,}, horizon {self.horizon:,}"
