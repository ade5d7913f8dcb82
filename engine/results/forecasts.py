"""Forecasts as the engine hands them out: plain arrays, no torch."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.base.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

DEFAULT_QUANTILE_LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def valid_quantile_levels(levels: Iterable[float]) -> tuple[float, ...]:
    """Quantile levels in ascending order, each once.

    Raises:
        UserError: There are none, or one is not between 0 and 1.
    """
    chosen = tuple(sorted(set(levels)))
    if not chosen or not all(0 < level < 1 for level in chosen):
        raise UserError(
            f"The quantile levels are {', '.join(map(str, chosen)) or 'none'}.",
            "Use levels between 0 and 1, such as 0.5.",
        )
    return chosen


@dataclass(frozen=True, slots=True)
class ItemForecast:
    """The forecast of one item.

    Attributes:
        item_id: The item.
        values: Shape (targets, horizon, quantile levels), float64.
        timestamps: Shape (horizon,), datetime64[ns]; None if the item had none.
    """

    item_id: str
    values: NDArray[np.float64]
    timestamps: NDArray[np.datetime64] | None = None


@dataclass(frozen=True, slots=True)
class ForecastSet:
    """Forecasts of several items over the same targets, horizon and quantile levels.

    Attributes:
        items: In the order of the series that they belong to.
        target_names: Names along the first axis of `ItemForecast.values`.
        quantile_levels: Levels along its last axis, ascending.
        timezone: The time zone of the history, if it had one; timestamps are in UTC then.
    """

    items: tuple[ItemForecast, ...]
    target_names: tuple[str, ...]
    quantile_levels: tuple[float, ...]
    timezone: str | None = None

    @property
    def horizon(self) -> int:
        """Number of forecast steps."""
        return self.items[0].values.shape[1] if self.items else 0

    def level_index(self, level: float) -> int:
        """The place of the quantile level nearest to a level."""
        return int(np.argmin(np.abs(np.array(self.quantile_levels) - level)))

    def of_items(self, places: Iterable[int]) -> "ForecastSet":
        """The forecasts of some items, by their places."""
        return replace(self, items=tuple(self.items[place] for place in places))

    def local_stamps(self, item: ItemForecast) -> "pd.DatetimeIndex | None":
        """An item's timestamps in the time zone that its history had; None if it has none."""
        if item.timestamps is None:
            return None
        return self._localised(item.timestamps)

    def _localised(self, timestamps: NDArray[np.datetime64]) -> "pd.DatetimeIndex":
        import pandas as pd  # slow to import, and a window may never need it

        stamps = pd.DatetimeIndex(timestamps)
        if self.timezone is None:
            return stamps
        return stamps.tz_localize("UTC").tz_convert(self.timezone)

    def to_frame(self) -> "pd.DataFrame":
        """One row per item, target and step.

        Columns: item_id; timestamp, or step (1, 2, ...) where an item has no timestamps;
        target_name; one per quantile level, named like "0.1".
        """
        import pandas as pd

        targets, horizon = len(self.target_names), self.horizon
        shape = (targets * horizon, len(self.quantile_levels))
        frame = pd.DataFrame(
            np.concatenate([item.values.reshape(shape) for item in self.items]),
            columns=[f"{level:g}" for level in self.quantile_levels],
        )
        count = len(self.items)
        frame.insert(0, "target_name", np.tile(np.repeat(self.target_names, horizon), count))
        stamps = [item.timestamps for item in self.items if item.timestamps is not None]
        if len(stamps) < count:
            frame.insert(0, "step", np.tile(np.arange(1, horizon + 1), targets * count))
        else:
            column = np.concatenate([np.tile(part, targets) for part in stamps])
            frame.insert(0, "timestamp", self._localised(column))
        names = [item.item_id for item in self.items]
        frame.insert(0, "item_id", np.repeat(names, targets * horizon))
        return frame
