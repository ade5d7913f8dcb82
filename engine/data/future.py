"""Continue the timestamps of series."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.base.errors import UserError
from engine.data.frequency import Unit, local_shift, parse_frequency
from engine.data.series import Series


def future_timestamps(series: Series, horizon: int) -> NDArray[np.datetime64] | None:
    """Return the timestamps that follow a series.

    Returns:
        Shape (horizon,), datetime64[ns]; None if the series has no timestamps or no frequency.
    """
    (stamps,) = all_future_timestamps((series,), horizon)
    return stamps


def all_future_timestamps(
    series: Sequence[Series], horizon: int
) -> list[NDArray[np.datetime64] | None]:
    """Return the timestamps that follow each of many series.

    Returns:
        For each series, shape (horizon,), datetime64[ns]; None if it has no timestamps or no
        frequency.

    Raises:
        UserError: They lie beyond the year 2262, which datetime64[ns] cannot express.
    """
    found: list[NDArray[np.datetime64] | None] = [None] * len(series)
    same: dict[str, list[int]] = {}
    for index, one in enumerate(series):
        if one.timestamps is not None and one.frequency is not None and one.length:
            same.setdefault(one.frequency, []).append(index)
    for alias, indices in same.items():
        frequency = parse_frequency(alias)
        last = np.array([series[index].timestamps[series[index].length - 1] for index in indices])  # type: ignore[index]
        shifts = np.zeros(len(indices), dtype=np.int64)
        if frequency.unit is not Unit.FIXED:
            shifts[:] = [_shift(frequency.unit, series[index]) for index in indices]
        local = (last.view(np.int64) + shifts)[:, None]
        future = frequency.advance(local, np.arange(1, horizon + 1)) - shifts[:, None]
        # Beyond the largest integer, numbers go on at the smallest.
        if (future < last.view(np.int64)[:, None]).any():
            worst = series[indices[int(last.argmax())]]
            raise UserError(
                f"{horizon} steps after the last timestamp of {worst.item_id} lie beyond the year "
                "2262, the last that timestamps in nanoseconds can express.",
                "Use a shorter horizon, or correct the timestamps.",
            )
        for index, row in zip(indices, future.view("datetime64[ns]"), strict=True):
            found[index] = row
    return found


def _shift(unit: Unit, series: Series) -> int:
    """Return the nanoseconds to add to the timestamps of a series to get its local time."""
    if series.timestamps is None:
        return 0
    return int(local_shift(unit, series.timestamps[: series.length].view(np.int64)))
