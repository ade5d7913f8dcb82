"""Hold out the end of each history to score forecasts against the actual values."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.series import Series, SeriesSet


@dataclass(frozen=True, slots=True)
class Holdout:
    """Series split into a history and the actual values that follow it.

    Attributes:
        history: Series without the last steps; known covariates continue over the horizon. Items
            that are too short to split are unchanged.
        actuals: Held-out values by the index of the item, each of shape (targets, horizon).
    """

    history: SeriesSet
    actuals: Mapping[int, NDArray[np.float64]]

    @property
    def left_out(self) -> int:
        """Return the number of items that are too short to split."""
        return len(self.history) - len(self.actuals)


def can_hold_out(one: Series, horizon: int) -> bool:
    """Say whether an item is at least twice as long as the horizon."""
    return one.length >= 2 * horizon


def hold_out(series: SeriesSet, horizon: int) -> Holdout:
    """Hold out the last `horizon` steps of every item that is long enough."""
    actuals = {
        index: one.targets[:, -horizon:]
        for index, one in enumerate(series.series)
        if can_hold_out(one, horizon)
    }
    history = tuple(
        _before(one, horizon) if index in actuals else one
        for index, one in enumerate(series.series)
    )
    return Holdout(dataclasses.replace(series, series=history), actuals)


def _before(one: Series, horizon: int) -> Series:
    return dataclasses.replace(
        one,
        targets=one.targets[:, :-horizon],
        timestamps=None if one.timestamps is None else one.timestamps[:-horizon],
        past_covariates=one.past_covariates[:, : one.length - horizon],
        known_covariates=one.known_covariates[:, : one.length],
    )
