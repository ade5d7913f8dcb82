"""The end of a history kept back, to score forecasts of it by what happened."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.series import Series, SeriesSet


@dataclass(frozen=True, slots=True)
class Holdout:
    """Series cut in two.

    Attributes:
        history: What came first; covariates known into the future go on over the horizon. Items
            that are too short to be cut are whole.
        actuals: What followed, by the position of the item, each of shape (targets, horizon).
    """

    history: SeriesSet
    actuals: Mapping[int, NDArray[np.float64]]

    @property
    def left_out(self) -> int:
        """Number of items that are too short to be cut."""
        return len(self.history) - len(self.actuals)


def can_hold_out(one: Series, horizon: int) -> bool:
    """Whether an item is at least twice as long as what is kept back of it."""
    return one.length >= 2 * horizon


def hold_out(series: SeriesSet, horizon: int) -> Holdout:
    """Keeps back the last `horizon` steps of every item that can be cut."""
    actuals = {
        position: one.targets[:, -horizon:]
        for position, one in enumerate(series.series)
        if can_hold_out(one, horizon)
    }
    history = tuple(
        _before(one, horizon) if position in actuals else one
        for position, one in enumerate(series.series)
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
