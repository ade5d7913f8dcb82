"""From a table in memory to a set of series."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype

from engine.data.blocks import Block, Codes, Faults
from engine.data.dialect import Dialect
from engine.data.fields import SINGLE_COLUMN
from engine.data.head import Head
from engine.data.header import column_names
from engine.data.number_form import NumberForm, to_numbers
from engine.data.options import ReadOptions, check_columns, check_options
from engine.data.plan import Plan, make_plan
from engine.data.problems import Spots, shown
from engine.data.reading import read_table
from engine.data.series import SeriesSet
from engine.errors import UserError

_INFERRED = ReadOptions()
_HEAD = 1000
"""Rows by which the columns are judged: about as many as the head of a file has."""


def from_frame(
    frame: pd.DataFrame, options: ReadOptions = _INFERRED, *, name: str = "frame"
) -> SeriesSet:
    """Read a pandas table as named series: what its columns are is told as for a file.

    Args:
        frame: The table. Its index counts as columns if it is named or holds times.
        options: What is known about it; the rest is inferred.
        name: What the table is called in findings and errors; also names a single item.

    Raises:
        UserError: The table or the options cannot be used.
    """
    check_options(options)
    table = _with_index(frame, name)
    if table.empty:
        raise UserError(f"{name} is empty.", "Hand over a table with rows and columns.")
    head = _examine(table, options, name)
    if head.plan.rows_as_series:
        raise UserError(
            f"Each row of {name} is a series.",
            "Turn it, so that each column is one: frame.set_index(...).T.",
        )
    loaded = read_table(
        Path(name), head, [_block(table, head.plan, head.dialect.form)], options, lambda: False
    )
    found = [
        replace(one, where=tuple(_as_row(place) for place in one.where)) for one in loaded.findings
    ]
    return replace(loaded, findings=tuple(found), reading=None)


def _with_index(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The table with its index as columns, unless that only counts the rows."""
    index = frame.index
    holds_times = isinstance(index, (pd.DatetimeIndex, pd.PeriodIndex))
    if not holds_times and all(one is None for one in index.names):
        return frame
    nameless = ["timestamp"] if holds_times else [f"level {n}" for n in range(index.nlevels)]
    names = [
        other if one is None else one for one, other in zip(index.names, nameless, strict=True)
    ]
    both = [one for one in names if one in frame.columns]
    if both:
        raise UserError(
            f"{name} has both an index level and a column named {both[0]!r}.",
            "Rename one of them, or drop it.",
        )
    return frame.reset_index(names=names)


def _examine(table: pd.DataFrame, options: ReadOptions, name: str) -> Head:
    names, renamed = column_names(list(map(str, table.columns)), table.shape[1])
    check_columns(options, names, name)
    top = table.iloc[:_HEAD]
    columns = [_texts(top.iloc[:, place]) for place in range(len(names))]
    rows = [list(row) for row in zip(*columns, strict=True)]
    form = NumberForm(options.decimal or ".")
    dialect = Dialect(SINGLE_COLUMN, form, names, True, 0, rows, (), renamed)
    return Head("", len(top) == len(table), "utf-8", dialect, make_plan(dialect, options, name))


def _block(table: pd.DataFrame, plan: Plan, form: NumberForm) -> Block:
    """The whole table as one block, whose rows are counted from 0."""
    texts = (plan.id_column, plan.timestamp_column, plan.clock_column)
    faults = Faults()
    numbers = np.empty((len(plan.number_columns), len(table)))
    for index, place in enumerate(plan.number_columns):
        numbers[index], wrong = _numbers(table.iloc[:, place], form)
        if wrong:
            faults.wrong[place] = Spots()
            faults.wrong[place].add(wrong)
    codes = {place: _codes(table.iloc[:, place]) for place in texts if place is not None}
    return Block(len(table), codes, numbers, 0, faults)


def _numbers(column: "pd.Series[Any]", form: NumberForm) -> tuple[NDArray[np.float64], list[str]]:
    """The numbers of a column, and where it has none."""
    if is_numeric_dtype(column.dtype):
        return column.to_numpy(dtype=np.float64, na_value=np.nan), []
    texts = _texts(column)
    numbers, wrong = to_numbers(texts, form)
    return numbers, [f"row {row}: {shown(texts[row])}" for row in wrong]


def _texts(column: "pd.Series[Any]") -> list[str]:
    codes, texts = _codes(column)
    return [texts[code] for code in codes]


def _codes(column: "pd.Series[Any]") -> Codes:
    codes, distinct = pd.factorize(column, use_na_sentinel=True)
    texts = [_text(value) for value in distinct]
    missing = codes < 0
    if missing.any():
        codes = np.where(missing, len(texts), codes)
        texts.append("")
    return codes, texts


def _text(value: object) -> str:
    return str(value.start_time if isinstance(value, pd.Period) else value)


def _as_row(place: str) -> str:
    return f"row {place.removeprefix('line ')}" if place.startswith("line ") else place
