"""Gaps, irregular items and time zones over several items."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.base.findings import Severity
from engine.data import SeriesSet, future_timestamps, load


def load_items(folder: Path, items: dict[str, pd.DatetimeIndex]) -> SeriesSet:
    frames = [
        pd.DataFrame({"id": item, "date": stamps, "value": np.arange(float(len(stamps)))})
        for item, stamps in items.items()
    ]
    path = folder / "table.csv"
    pd.concat(frames).to_csv(path, index=False)
    return load(path)


def days(*numbers: int) -> pd.DatetimeIndex:
    return pd.DatetimeIndex([pd.Timestamp("2024-01-01") + pd.Timedelta(days=n) for n in numbers])


def test_that_gaps_are_filled_in_the_items_that_have_them(tmp_path: Path) -> None:
    loaded = load_items(tmp_path, {"whole": days(0, 1, 2, 3), "gap": days(5, 6, 9, 10, 11)})
    whole, gap = loaded.series
    np.testing.assert_array_equal(whole.targets, [[0, 1, 2, 3]])
    np.testing.assert_array_equal(gap.targets, [[0, 1, np.nan, np.nan, 2, 3, 4]])
    assert gap.timestamps is not None
    np.testing.assert_array_equal(gap.timestamps, days(5, 6, 7, 8, 9, 10, 11).to_numpy())
    (finding,) = loaded.findings
    assert finding.what == "2 timestamps of 1 item are missing at the frequency 'D'."
    assert finding.where == ("gap",)


def test_that_an_item_with_another_frequency_keeps_it(
    tmp_path: Path,
) -> None:
    months = pd.date_range("2024-01-31", periods=5, freq="ME")
    loaded = load_items(tmp_path, {"daily": days(*range(30)), "monthly": months})
    daily, monthly = loaded.series
    assert (daily.frequency, monthly.frequency) == ("D", "ME")
    assert monthly.length == 5
    future = future_timestamps(monthly, 2)
    assert future is not None
    np.testing.assert_array_equal(future, np.array(["2024-06-30", "2024-07-31"], "M8[ns]"))
    (finding,) = loaded.findings
    assert finding.where == ("monthly",)
    assert finding.what == "1 item has a frequency other than 'D': 'ME'."
    assert finding.severity is Severity.ADVICE


def test_that_an_irregular_item_has_no_frequency_of_its_own(tmp_path: Path) -> None:
    months = pd.date_range("2024-01-31", periods=5, freq="ME")
    stamps = ["2024-01-01 00:00", "2024-01-01 00:07", "2024-01-01 00:17", "2024-01-01 00:30"]
    items = {"daily": days(*range(30)), "monthly": months, "uneven": pd.DatetimeIndex(stamps)}
    found = {finding.where: finding.what for finding in load_items(tmp_path, items).findings}
    assert found == {
        ("uneven",): "The timestamps of 1 item are irregular: they do not fit the frequency 'D'.",
        ("monthly",): "1 item has a frequency other than 'D': 'ME'.",
    }


def test_that_an_irregular_item_continues_at_its_median_step(tmp_path: Path) -> None:
    stamps = pd.DatetimeIndex(
        ["2024-01-01 00:00", "2024-01-01 00:07", "2024-01-01 00:17", "2024-01-01 00:30"]
    )
    (one,) = load_items(tmp_path, {"uneven": stamps}).series
    assert one.frequency == "10min"
    future = future_timestamps(one, 1)
    assert future is not None
    assert future[0] == np.datetime64("2024-01-01T00:40")


def test_that_gaps_are_filled_exactly_up_to_twice_the_length(tmp_path: Path) -> None:
    filled = load_items(tmp_path, {"a": days(4, 5, 6, 11)}).series[0]
    left = load_items(tmp_path, {"a": days(4, 5, 6, 12)}).series[0]
    assert (filled.length, left.length) == (8, 4)


@pytest.mark.parametrize("frequency", ["MS", "ME", "QS", "B", "W-TUE"])
def test_that_calendar_gaps_are_filled(tmp_path: Path, frequency: str) -> None:
    stamps = pd.date_range("2023-01-01", periods=12, freq=frequency)
    loaded = load_items(tmp_path, {"a": stamps.delete([4, 5, 9])})
    (one,) = loaded.series
    assert one.timestamps is not None
    np.testing.assert_array_equal(one.timestamps, stamps.to_numpy())
    assert np.flatnonzero(np.isnan(one.targets[0])).tolist() == [4, 5, 9]
    assert one.frequency == frequency


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Asia/Kolkata"])
@pytest.mark.parametrize("frequency", ["D", "B", "MS"])
def test_that_local_days_stay_days_in_utc(tmp_path: Path, zone: str, frequency: str) -> None:
    stamps = pd.date_range("2023-01-02", periods=300, freq=frequency, tz=zone)
    path = tmp_path / "table.csv"
    pd.DataFrame({"date": stamps.delete(7), "value": np.arange(299.0)}).to_csv(path, index=False)
    loaded = load(path)
    (one,) = loaded.series
    assert (one.length, one.frequency) == (300, frequency)
    assert loaded.timezone == ("+05:30" if zone == "Asia/Kolkata" else "UTC")
    assert one.timestamps is not None
    expected = stamps.tz_convert("UTC").tz_localize(None).to_numpy()
    missing = np.arange(300) == 7
    np.testing.assert_array_equal(one.timestamps[~missing], expected[~missing])


def test_that_the_last_row_of_equal_timestamps_is_kept_even_if_rows_descend(
    tmp_path: Path,
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("date,value\n2024-01-03,3\n2024-01-02,9\n2024-01-02,2\n2024-01-01,1\n")
    loaded = load(path)
    np.testing.assert_array_equal(loaded.series[0].targets, [[1, 2, 3]])
    assert {finding.where for finding in loaded.findings} == {("line 3",), ()}


def test_that_a_repeated_hour_of_the_clock_change_is_one_duplicate(tmp_path: Path) -> None:
    local = pd.date_range("2024-10-26", periods=72, freq="h", tz="Europe/Paris").tz_localize(None)
    path = tmp_path / "table.csv"
    pd.DataFrame({"date": local, "value": np.arange(72.0)}).to_csv(path, index=False)
    loaded = load(path)
    assert (loaded.series[0].length, loaded.series[0].frequency) == (71, "h")


def test_that_the_known_future_has_its_own_length_for_each_item(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    rows = [
        *(f"a,2024-01-0{day},{day if day < 5 else ''},{day * 10}" for day in range(1, 8)),
        *(f"b,2024-01-0{day},{day if day < 4 else ''},{day * 20}" for day in range(1, 5)),
    ]
    path.write_text("\n".join(["id,date,sales,price", *rows]))
    first, second = load(path).series
    assert (first.length, first.known_covariates.shape) == (4, (1, 7))
    assert (second.length, second.known_covariates.shape) == (3, (1, 4))
    np.testing.assert_array_equal(second.known_covariates, [[20, 40, 60, 80]])
    assert first.timestamps is not None
    assert first.timestamps.shape == (4,)
