"""Read tables in the library's long format as arrays, without work item by item."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from chronos.df_utils import infer_freq_from_df, validate_df
from numpy.typing import NDArray
from pandas.api.types import is_bool_dtype, is_numeric_dtype

Rows = NDArray[np.float32]

MONTH = 28 * 86_400_000_000_000
"""Nanoseconds of the shortest month. From there on, pandas looks for months, quarters and years."""

WEEK = 7 * 86_400_000_000_000


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns of a table.

    Attributes:
        item: Ids of the items.
        timestamp: Timestamps.
        targets: Targets.
    """

    item: str
    timestamp: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LongTable:
    """A table as arrays: the rows of each item together, in the order of time.

    Attributes:
        ids: Ids in order of appearance, shape (items,).
        ends: End of each item among the rows of the table, shape (items,).
        stamps: Timestamps, shape (table rows,).
        values: Targets, past covariates, known-future covariates: (columns, table rows).
        future: Values within the horizon, (columns, items, horizon); NaN where they are unknown.
        future_stamps: Timestamps of the known future in the same order, (items * horizon,); None
            without known-future covariates.
    """

    ids: NDArray[Any]
    ends: NDArray[np.int64]
    stamps: NDArray[np.datetime64]
    values: Rows
    future: Rows
    future_stamps: NDArray[np.datetime64] | None

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Return the number of steps of each item, shape (items,)."""
        return np.diff(self.ends, prepend=0)

    @property
    def last_stamps(self) -> pd.DatetimeIndex:
        """Return the last timestamp of each item, shape (items,)."""
        return pd.DatetimeIndex(self.stamps[self.ends - 1])

    def is_followed_by(self, stamps: NDArray[Any]) -> bool:
        """Say whether the known future, if there is any, is at the steps of the forecast.

        Args:
            stamps: Timestamps of the forecast, shape (items * horizon,).
        """
        return self.future_stamps is None or bool((self.future_stamps == stamps).all())

    def history(self, items: NDArray[np.int64], longest: int) -> Rows:
        """Return the last steps of some items, with NaN before a shorter history.

        Args:
            items: Indices of items.
            longest: Most steps to read of each.

        Returns:
            Shape (items, columns, steps).
        """
        ends, lengths = self.ends[items, None], self.lengths[items, None]
        steps = int(min(longest, lengths.max()))
        if (lengths == lengths[0]).all() and (np.diff(items) == 1).all():
            # Neighbours of one length are a block of the table.
            first = int(ends[0, 0] - lengths[0, 0])
            block = self.values[:, first : int(ends[-1, 0])].reshape(
                len(self.values), len(items), -1
            )
            return block[:, :, block.shape[2] - steps :].transpose(1, 0, 2)
        back = np.arange(-steps, 0)
        rows = ends + back
        history = self.values[:, np.maximum(rows, 0)]
        history[:, back < -lengths] = np.nan
        return history.transpose(1, 0, 2)


def read_long(
    df: pd.DataFrame,
    future_df: pd.DataFrame | None,
    columns: Columns,
    horizon: int,
    *,
    validate: bool,
) -> LongTable | None:
    """Read a table, if arrays of numbers can hold it.

    Args:
        df: History in long format; other columns are past covariates.
        future_df: Known-future covariates; None if there are none.
        columns: The columns of `df`.
        horizon: Steps to forecast.
        validate: Whether to check and to sort the rows, as the library does.

    Returns:
        The table; None for one that only the library reads, such as one with categories, because
        they are encoded by the values of the target.

    Raises:
        ValueError: The table is not valid; the library's message.
    """
    if validate:
        validate_df(
            df, future_df, list(columns.targets), None, horizon, columns.item, columns.timestamp
        )
    past, known = _covariates(df, future_df, columns)
    every = (*columns.targets, *past, *known)
    tables = (df,) if future_df is None else (df, future_df)
    if not all(_is_number(one[name]) for one in tables for name in every if name in one):
        return None
    # A time zone makes it a dtype of pandas.
    stamped = (one[columns.timestamp].dtype for one in tables)
    if not all(isinstance(dtype, np.dtype) and dtype.kind == "M" for dtype in stamped):
        return None
    codes, ids = _item_codes(df[columns.item])
    if (codes < 0).any():
        return None
    stamps = df[columns.timestamp].to_numpy()
    order = _order(codes, stamps) if validate else None
    if order is not None:
        codes, stamps = codes[order], stamps[order]
    values = np.stack([_numbers(df[name], order) for name in every])
    future = np.full((len(every), len(ids) * horizon), np.nan, dtype=np.float32)
    future_stamps = None
    if future_df is not None:
        places = pd.Index(ids).get_indexer(future_df[columns.item])
        if (places < 0).any() or len(places) != len(ids) * horizon:
            return None
        future_stamps = future_df[columns.timestamp].to_numpy()
        later = _order(places, future_stamps) if validate else None
        if later is not None:
            future_stamps = future_stamps[later]
        for index, name in enumerate(known, len(every) - len(known)):
            future[index] = _numbers(future_df[name], later)
    return LongTable(
        ids=np.asarray(ids),
        ends=np.cumsum(np.bincount(codes, minlength=len(ids))),
        stamps=stamps,
        values=values,
        future=future.reshape(len(every), len(ids), horizon),
        future_stamps=future_stamps,
    )


def frequency_of(table: LongTable) -> str:
    """Infer the frequency that all items share, as the library's `infer_freq_from_df` does.

    Raises:
        ValueError: An item has no frequency, or two have different ones; the library's message.
    """
    examined = _representatives(table)
    codes = np.repeat(np.arange(len(examined)), table.lengths[examined])
    rows = np.concatenate([np.arange(*_span(table, item)) for item in examined])
    frame = pd.DataFrame({"item_id": table.ids[examined][codes], "timestamp": table.stamps[rows]})
    found: str = infer_freq_from_df(frame)
    return found


def _representatives(table: LongTable) -> list[int]:
    """Return items whose frequencies are those of all: few where all have the same even steps."""
    every = list(range(len(table.ids)))
    stamps = table.stamps.astype("datetime64[ns]").view(np.int64)
    starts = table.ends - table.lengths
    steps = np.diff(stamps)
    within = np.ones(len(steps), dtype=bool)
    within[starts[1:] - 1] = False
    steps = steps[within]
    longest = int(np.argmax(table.lengths))
    if len(steps) == 0 or table.lengths[longest] < 3 or (steps != steps[0]).any():
        return every
    # A frequency of weeks has a weekday, and one of months a place in the year.
    is_plain = 0 < steps[0] < MONTH and steps[0] % WEEK
    return [longest] if is_plain else every


def _span(table: LongTable, item: int) -> tuple[int, int]:
    end = int(table.ends[item])
    return end - int(table.lengths[item]), end


def _covariates(
    df: pd.DataFrame, future_df: pd.DataFrame | None, columns: Columns
) -> tuple[list[str], list[str]]:
    """Return the past covariates and the known-future covariates."""
    named = {columns.item, columns.timestamp, *columns.targets}
    covariates = [name for name in df.columns if name not in named]
    later = () if future_df is None else future_df.columns
    return (
        [name for name in covariates if name not in later],
        [name for name in covariates if name in later],
    )


def _item_codes(column: "pd.Series[Any]") -> tuple[NDArray[np.intp], Any]:
    """Return the item of each row, and the ids in order of appearance.

    To tell texts apart takes most of the time of a table, and neighbouring rows are mostly alike:
    only the first of each run is looked up.
    """
    if not len(column) or isinstance(column.dtype, pd.CategoricalDtype):
        return pd.factorize(column)
    texts = column.to_numpy()
    begins = np.ones(len(texts), dtype=bool)
    begins[1:] = texts[1:] != texts[:-1]
    codes, ids = pd.factorize(column[begins])
    return codes[np.cumsum(begins) - 1], ids


def _is_number(column: "pd.Series[Any]") -> bool:
    return is_numeric_dtype(column) and not is_bool_dtype(column)


def _order(codes: NDArray[np.intp], stamps: NDArray[Any]) -> NDArray[np.intp] | None:
    """Return the order of rows by item and time; None if they are in order."""
    step, later = np.diff(codes), np.diff(stamps) >= np.timedelta64(0)
    if (step >= 0).all() and (later | (step > 0)).all():
        return None
    return np.lexsort([stamps, codes])


def _numbers(column: "pd.Series[Any]", order: NDArray[np.intp] | None) -> Rows:
    values: Rows = column.to_numpy(dtype=np.float32, na_value=np.nan)
    return values if order is None else values[order]


def continued(stamps: pd.DatetimeIndex, frequency: str, horizon: int) -> NDArray[Any]:
    """Return the timestamps after each of some, shape (stamps * horizon,)."""
    offset: Any = pd.tseries.frequencies.to_offset(frequency)
    steps: Sequence[Any] = [stamps + step * offset for step in range(1, horizon + 1)]
    return np.stack(steps, axis=1).ravel()
