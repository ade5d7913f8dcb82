"""Hold forecasts as plain arrays, without torch."""

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
    """Return the distinct quantile levels in ascending order.

    Raises:
        UserError: No level is given, or a level is not between 0 and 1.
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
    """Forecast of one item.

    Attributes:
        item_id: Name of the item.
        values: Shape (targets, horizon, quantile levels), float64.
        timestamps: Shape (horizon,), datetime64[ns]; None if the item has none.
    """

    item_id: str
    values: NDArray[np.float64]
    timestamps: NDArray[np.datetime64] | None = None


@dataclass(frozen=True, slots=True)
class ForecastSet:
    """Forecasts of several items over the same targets, horizon and quantile levels.

    Attributes:
        items: Forecasts, in the order of the series.
        target_names: Names along the first axis of `ItemForecast.values`.
        quantile_levels: Levels along the last axis of `ItemForecast.values`, ascending.
        timezone: Time zone of the history; None if it has none. With one, timestamps are in UTC.
    """

    items: tuple[ItemForecast, ...]
    target_names: tuple[str, ...]
    quantile_levels: tuple[float, ...]
    timezone: str | None = None

    @property
    def horizon(self) -> int:
        """Return the number of forecast steps."""
        return self.items[0].values.shape[1] if self.items else 0

    def level_index(self, level: float) -> int:
        """Return the index of the quantile level nearest to `level`."""
        return int(np.argmin(np.abs(np.array(self.quantile_levels) - level)))

    def of_items(self, indices: Iterable[int]) -> "ForecastSet":
        """Return the forecasts of the items at some indices."""
        return replace(self, items=tuple(self.items[index] for index in indices))

    def local_stamps(self, item: ItemForecast) -> "pd.DatetimeIndex | None":
        """Return the timestamps of an item in the time zone of its history; None if it has none."""
        if item.timestamps is None:
            return None
        return self._localised(item.timestamps)

    def _localised(self, timestamps: NDArray[np.datetime64]) -> "pd.DatetimeIndex":
        import pandas as pd  # slow to import, and not always needed

        stamps = pd.DatetimeIndex(timestamps)
        if self.timezone is None:
            return stamps
        return stamps.tz_localize("UTC").tz_convert(self.timezone)

    def to_frame(self) -> "pd.DataFrame":
        """Return a data frame with one row per item, target and step.

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
