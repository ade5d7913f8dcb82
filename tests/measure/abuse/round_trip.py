"""Write series as CSV with pandas, and read them back."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd

from engine.data import ReadOptions, load
from engine.data.series import Series, SeriesSet

MOST_ITEMS = 1_000


def check_round_trip(read: SeriesSet, folder: Path) -> None:
    """Check that series survive a CSV file without a difference."""
    if len(read) > MOST_ITEMS or any(
        one.known_covariates.shape[1] > one.length for one in read.series
    ):
        return  # pandas takes long for many tables, and has none for a future without targets
    path = folder / "round trip.csv"
    names = tuple(f"target {index}" for index in range(len(read.target_names)))
    with_stamps = all(one.timestamps is not None for one in read.series)
    frames = [_frame(one, names, with_stamps=with_stamps) for one in read.series]
    # Without quotes, a name such as "# 1" would begin a comment.
    pd.concat(frames).to_csv(path, index=False, quoting=csv.QUOTE_NONNUMERIC)
    options = ReadOptions(
        delimiter=",",
        decimal=".",
        encoding="utf-8",
        layout="long",
        id_column="item_id",
        timestamp_column="timestamp" if with_stamps else None,
        target_columns=names,
        frequency=read.reading.frequency if read.reading and with_stamps else None,
    )
    again = load(path, options)
    path.unlink()
    assert [one.item_id for one in again.series] == [one.item_id for one in read.series]
    for one, other in zip(read.series, again.series, strict=True):
        np.testing.assert_array_equal(other.targets, one.targets)
        if with_stamps:
            np.testing.assert_array_equal(other.timestamps, one.timestamps)


def _frame(one: Series, names: tuple[str, ...], *, with_stamps: bool) -> pd.DataFrame:
    columns: dict[str, object] = {"item_id": [one.item_id] * one.length}
    if with_stamps and one.timestamps is not None:
        columns["timestamp"] = np.datetime_as_string(one.timestamps)
    return pd.DataFrame(columns | dict(zip(names, one.targets, strict=True)))
