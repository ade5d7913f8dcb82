"""Shapes of the batches that pass through the model."""

from dataclasses import dataclass

from engine.base.wording import shape_words


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
        return shape_words(self.rows, self.context, self.horizon)
