"""Plan the batches of a forecast: which items pass through the model together.

The model computes whole patches, and as many for each row of a batch as the longest row has. A
token is one patch of one row; padding is tokens of rows that have none there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from engine.model.model_config import UNROLLED_LEVELS

Counts = NDArray[np.int64]

MOST_PADDING = 0.1
"""Largest padding of a batch, as a share of the most tokens that a batch may have.

A smaller batch may have a larger share of its own, because another call costs more than padding.
"""


@dataclass(frozen=True, slots=True)
class PatchSizes:
    """Steps that are one patch of a model.

    Attributes:
        history: Steps of history.
        forecast: Steps of forecast.
        longest: Most steps that the model forecasts at once.
        context: Most steps of history that the model reads.
    """

    history: int
    forecast: int
    longest: int
    context: int

    @classmethod
    def of(cls, model: Any) -> Self:
        """Return those of a model.

        Args:
            model: The `chronos_config` of a loaded model, or of a checkpoint.
        """
        return cls(
            history=model.input_patch_size,
            forecast=model.output_patch_size,
            longest=model.max_output_patches * model.output_patch_size,
            context=model.context_length,
        )

    def sizes(self, lengths: Counts, rows: Counts, horizon: int) -> "Sizes":
        """Return what items ask of the model.

        Args:
            lengths: Steps of history of each item, shape (items,).
            rows: Rows of each item, shape (items,).
            horizon: Steps to forecast.
        """
        copies = 1 if horizon <= self.longest else len(UNROLLED_LEVELS)
        return Sizes(lengths, rows, self.patches(lengths, horizon), copies)

    def patches(self, lengths: Counts, horizon: int) -> Counts:
        """Return the patches of rows in one call: of history, of the horizon, and one between.

        A forecast of more steps than at once goes into the history of the next call.

        Args:
            lengths: Steps of history, shape (items,).
            horizon: Steps to forecast.
        """
        at_once = min(horizon, self.longest)
        calls = -(-horizon // self.longest)
        if calls > 1:
            lengths = np.minimum(lengths + (calls - 1) * self.longest, self.context)
        found: Counts = -(-lengths // self.history) + -(-at_once // self.forecast) + 1
        return found


@dataclass(frozen=True, slots=True)
class BatchLimit:
    """What a batch may hold.

    Attributes:
        rows: The most rows; None without that limit.
        tokens: The most tokens; None without that limit, and then padding has no limit either.
    """

    rows: int | None = None
    tokens: int | None = None

    def within(self, tokens: int | None) -> "BatchLimit":
        """Return the limit with a number of tokens that a batch may not exceed either."""
        if tokens is None:
            return self
        return replace(self, tokens=min(tokens, self.tokens or tokens))


@dataclass(frozen=True, slots=True)
class Sizes:
    """What the items of a forecast ask of the model.

    Attributes:
        lengths: Steps of history of each item, shape (items,).
        rows: Rows of each item, shape (items,).
        patches: Patches of each row of an item, shape (items,).
        copies: Rows that the model makes of each row, to forecast more steps than at once.
    """

    lengths: Counts
    rows: Counts
    patches: Counts
    copies: int = 1

    @property
    def tokens(self) -> int:
        """Return the tokens of all items, without padding."""
        return int((self.rows * self.patches).sum()) * self.copies

    def tokens_of(self, items: Sequence[int]) -> int:
        """Return the tokens of a batch, with its padding."""
        return self.rows_of(items) * self.patches_of(items)

    def rows_of(self, items: Sequence[int]) -> int:
        """Return the rows of a batch that the model computes."""
        return int(self.rows[items].sum()) * self.copies

    def patches_of(self, items: Sequence[int]) -> int:
        """Return the patches of each row of a batch."""
        return int(self.patches[items].max())

    def plan(self, limit: BatchLimit, items: Iterable[int] | None = None) -> list[list[int]]:
        """Return the items of each batch, longest histories first.

        An item that exceeds the limit forms its own batch.

        Args:
            limit: What a batch may hold.
            items: The items to plan for; all if None.
        """
        chosen = np.arange(len(self.lengths)) if items is None else np.array(sorted(items))
        order = chosen[np.argsort(-self.lengths[chosen], kind="stable")]
        full = None if limit.tokens is None else limit.tokens // self.copies
        most_tokens = _even(self.rows[order] * self.patches[order], full)
        batches: list[list[int]] = []
        batch: list[int] = []
        held = own = longest = 0
        facts = (order.tolist(), self.rows[order].tolist(), self.patches[order].tolist())
        for item, rows, patches in zip(*facts, strict=True):
            longest = longest if batch else patches
            padded = (held + rows) * longest
            padding = padded - own - rows * patches
            if batch and (
                (limit.rows is not None and held + rows > limit.rows)
                or (most_tokens is not None and padded > most_tokens)
                or (full is not None and padding > MOST_PADDING * full)
            ):
                batches.append(batch)
                batch, held, own, longest = [], 0, 0, patches
            batch.append(item)
            held, own = held + rows, own + rows * patches
        return [*batches, batch] if batch else batches


def _even(tokens: Counts, most: int | None) -> int | None:
    """Return the most tokens of a batch so that the last is about as large as the others.

    A last batch of one row would take longer a row, and torch compiles such a batch on its own.

    Args:
        tokens: Tokens of each item, shape (items,).
        most: The most tokens of a batch; None without a limit.
    """
    if not most or not len(tokens):
        return most
    total = int(tokens.sum())
    share = -(-total // -(-total // most))
    return min(most, share + int(tokens.max()))
