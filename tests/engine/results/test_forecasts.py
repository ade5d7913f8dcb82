import numpy as np
import pandas as pd
import pytest

from engine.base.errors import UserError
from engine.results.forecasts import ForecastSet, ItemForecast, valid_quantile_levels

STAMPS = pd.date_range("2024-03-30 23:30", periods=2, freq="15min").to_numpy()


def item(name: str, first: float, stamps: np.ndarray | None = STAMPS) -> ItemForecast:
    """Two targets, two steps, two levels, counting up."""
    return ItemForecast(name, first + np.arange(8.0).reshape(2, 2, 2), stamps)


def test_that_the_frame_has_a_row_for_each_item_target_and_step() -> None:
    frame = ForecastSet((item("a", 0), item("b", 10)), ("x", "y"), (0.1, 0.9)).to_frame()
    assert list(frame.columns) == ["item_id", "timestamp", "target_name", "0.1", "0.9"]
    assert list(frame["item_id"]) == ["a"] * 4 + ["b"] * 4
    assert list(frame["target_name"]) == ["x", "x", "y", "y"] * 2
    assert list(frame["timestamp"]) == list(pd.DatetimeIndex(np.tile(STAMPS, 4)))
    assert list(frame["0.1"]) == [0, 2, 4, 6, 10, 12, 14, 16]
    assert list(frame["0.9"]) == [1, 3, 5, 7, 11, 13, 15, 17]


def test_that_stamps_come_back_in_the_time_zone_of_the_history() -> None:
    forecast = ForecastSet((item("a", 0),), ("x", "y"), (0.1, 0.9), timezone="Europe/Berlin")
    first = forecast.to_frame()["timestamp"].iloc[0]
    assert first == pd.Timestamp("2024-03-30 23:30", tz="UTC")
    assert first.isoformat() == "2024-03-31T00:30:00+01:00"


def test_that_steps_are_counted_where_there_are_no_stamps() -> None:
    frame = ForecastSet((item("a", 0, None),), ("x", "y"), (0.1, 0.9)).to_frame()
    assert list(frame["step"]) == [1, 2, 1, 2]
    assert "timestamp" not in frame


def test_that_quantile_levels_are_sorted_and_checked() -> None:
    assert valid_quantile_levels([0.9, 0.1, 0.9]) == (0.1, 0.9)
    for wrong in ([], [0.0], [0.5, 1.0], [float("nan")]):
        with pytest.raises(UserError, match="quantile levels"):
            valid_quantile_levels(wrong)
