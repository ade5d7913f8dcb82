from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import resources.samples
from engine.base.errors import UserError
from engine.data import ReadOptions, SeriesSet, from_frame, load

SAMPLES = Path(next(iter(resources.samples.__path__)))


def hours(count: int) -> pd.DatetimeIndex:
    return pd.date_range("2024-03-30", periods=count, freq="h")


def locations(loaded: SeriesSet, part: str) -> tuple[str, ...]:
    (found,) = [finding for finding in loaded.findings if part in finding.what]
    return found.where


@pytest.mark.parametrize("name", ["hourly", "ohlc_daily", "retail_counts"])
def test_that_a_frame_is_read_as_its_file_is(name: str) -> None:
    path = SAMPLES / f"{name}.csv"
    of_file, of_frame = load(path), from_frame(pd.read_csv(path), name=path.stem)
    assert of_frame.same_as(replace(of_file, source=path.stem))
    named = [
        replace(one, subject=path.stem) if one.subject == path.name else one
        for one in of_file.findings
    ]
    assert list(of_frame.findings) == named
    assert [one.frequency for one in of_frame.series] == [one.frequency for one in of_file.series]


def test_that_a_frame_of_texts_is_read_as_its_file_is() -> None:
    path = SAMPLES / "messy.csv"
    frame = pd.read_csv(path, sep=";", skiprows=2, dtype=str, keep_default_na=False)
    of_file, of_frame = load(path), from_frame(frame, ReadOptions(decimal=","))
    assert of_frame.same_as(replace(of_file, source="frame"))


def test_that_columns_of_every_type_are_understood() -> None:
    frame = pd.DataFrame(
        {
            "item_id": pd.Categorical(["#1"] * 5 + ["#2"] * 5),
            "timestamp": [*hours(5).tz_localize("UTC")] * 2,
            "y": pd.array([1, 2, None, 4, 5, 6, 7, 8, 9, 10], dtype="Int64"),
            "promotion": [True, False] * 5,
            "note": ['a "b", c\nd'] * 10,
        }
    )
    before = frame.copy()
    loaded = from_frame(frame)
    assert [one.item_id for one in loaded.series] == ["#1", "#2"]
    assert (loaded.target_names, loaded.past_covariate_names) == (("y",), ("promotion",))
    np.testing.assert_array_equal(loaded.series[0].targets, [[1, 2, np.nan, 4, 5]])
    np.testing.assert_array_equal(loaded.series[1].past_covariates, [[0, 1, 0, 1, 0]])
    assert loaded.timezone == "UTC"
    np.testing.assert_array_equal(loaded.series[0].timestamps, hours(5).as_unit("ns"))
    assert loaded.source == "frame"
    assert loaded.reading is None
    pd.testing.assert_frame_equal(frame, before)


def test_that_the_times_of_an_index_are_read() -> None:
    frame = pd.DataFrame({"y": np.arange(30.0)}, index=hours(30))
    loaded = from_frame(frame, name="load 1/2, Dr. X")
    assert [one.item_id for one in loaded.series] == ["load 1/2, Dr. X"]
    assert loaded.source == "load 1/2, Dr. X"
    assert loaded.series[0].frequency == "h"
    months = frame.set_axis(pd.period_range("2020-01", periods=30, freq="M"))
    assert from_frame(months).series[0].frequency == "MS"


def test_that_an_index_is_ignored_only_if_it_numbers_the_rows() -> None:
    frame = pd.DataFrame({"y": np.arange(30.0)})
    days = frame.set_axis(pd.date_range("2024-01-01", periods=30).date)
    assert from_frame(days).series[0].frequency == "D"
    pairs = frame.set_axis(pd.MultiIndex.from_product([["a", "b"], hours(15)]))
    assert [one.item_id for one in from_frame(pairs).series] == ["a", "b"]
    filtered = frame[frame["y"] % 3 > 0]
    assert from_frame(filtered).series[0].length == 20
    assert from_frame(frame["y"]).same_as(from_frame(frame))


def test_that_items_are_distinguished_however_long_they_are() -> None:
    times = pd.date_range("2010", periods=1500)
    frame = pd.DataFrame({"store": [1] * 1500 + [2] * 1500, "when": [*times, *times], "y": 1.5})
    assert [one.item_id for one in from_frame(frame).series] == ["1", "2"]


def test_that_numbers_in_texts_may_be_written_as_in_files() -> None:
    frame = pd.DataFrame({"ts": hours(9), "y": np.arange(9) + 0.5, "z": ["1.234,5"] * 9})
    loaded = from_frame(frame, ReadOptions(layout="wide"))
    np.testing.assert_array_equal(loaded.series[0].targets, [np.arange(9) + 0.5])
    np.testing.assert_array_equal(loaded.series[1].targets, [[1234.5] * 9])


def test_that_years_with_gaps_are_timestamps() -> None:
    frame = pd.DataFrame({"year": [*np.arange(1990.0, 2020.0), np.nan], "y": np.arange(31.0)})
    loaded = from_frame(frame)
    assert loaded.target_names == ("y",)
    assert loaded.series[0].length == 30


def test_that_unhashable_cells_are_left_out() -> None:
    frame = pd.DataFrame({"ts": hours(4), "y": np.arange(4.0), "tags": [["a"], [], ["b"], None]})
    options = ReadOptions(timestamp_format="%d/%m/%Y")  # has no effect on datetimes
    assert from_frame(frame, options).target_names == ("y",)


def test_that_named_levels_of_an_index_are_columns() -> None:
    index = pd.MultiIndex.from_product([["a", "b"], hours(10)], names=["shop", "time"])
    loaded = from_frame(pd.DataFrame({"y": np.arange(20.0)}, index=index))
    assert [one.item_id for one in loaded.series] == ["a", "b"]
    np.testing.assert_array_equal(loaded.series[1].targets, [np.arange(10.0, 20.0)])


def test_that_numeric_column_names_are_not_values() -> None:
    loaded = from_frame(pd.DataFrame(np.arange(40.0).reshape(20, 2)))
    assert [one.item_id for one in loaded.series] == ["0", "1"]
    np.testing.assert_array_equal(loaded.series[1].targets, [np.arange(1.0, 40.0, 2)])


def test_that_findings_name_rows() -> None:
    times = [None if row == 4 else time for row, time in enumerate(hours(12))]
    values = [*map(str, range(11)), "oops"]
    values[7] = "inf"
    loaded = from_frame(pd.DataFrame({"time": times, "y": values}))
    assert locations(loaded, "not a number") == ("row 11: 'oops'",)
    assert locations(loaded, "no readable timestamp") == ("row 4",)
    assert locations(loaded, "infinite") == ("row 7",)


def test_that_options_override_inference() -> None:
    frame = pd.DataFrame({"day": ["01/02/2024", "02/02/2024", "03/02/2024"], "a": 1.0, "b": 2.0})
    loaded = from_frame(frame, ReadOptions(target_columns=("b",), day_first=True))
    assert loaded.target_names == ("b",)
    assert loaded.past_covariate_names == ("a",)
    assert loaded.series[0].frequency == "D"


def test_that_unusable_frames_are_refused() -> None:
    unnamed = pd.DataFrame({"timestamp": [1.0, 2.0]}, index=hours(2))
    rows = pd.DataFrame({"id": ["a", "b"], **{str(step): [1.0, 2.0] for step in range(8)}})
    levels = pd.MultiIndex.from_product([["a"], [1, 2]], names=["k", "k"])
    for frame, targets, part in (
        (pd.DataFrame(), None, "frame is empty"),
        (pd.DataFrame({"a": ["x", "y"]}), None, "no numeric column"),
        (unnamed, None, "an index level 'timestamp' and another level or column of the same name"),
        (
            pd.DataFrame({"y": [1.0, 2.0]}, index=levels),
            None,
            "an index level 'k' and another level or column of the same name",
        ),
        (rows, None, "Each row of frame is a series"),
        (pd.DataFrame({"sales": [1.0, 2.0]}), ("sale",), "'sales'"),
        (pd.DataFrame({"y": [np.nan, np.nan]}), None, "no numeric column"),
    ):
        with pytest.raises(UserError, match=part):
            from_frame(frame, ReadOptions(target_columns=targets))
