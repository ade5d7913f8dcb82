"""From a table in memory to a set of series."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_datetime64_any_dtype, is_integer_dtype, is_numeric_dtype

from engine.base.errors import UserError
from engine.data.options import ReadOptions, check_columns, check_options
from engine.data.origin import Origin
from engine.data.parsing.csv_form import CsvForm
from engine.data.parsing.fields import SINGLE_COLUMN
from engine.data.parsing.header import column_names
from engine.data.parsing.number_form import NumberForm, infer_number_form
from engine.data.series import SeriesSet
from engine.data.tables.blocks import Block, BlockParser, CodedTexts, Faults
from engine.data.tables.column_plan import plan_columns
from engine.data.tables.head import Head
from engine.data.tables.reading import read_table

_INFERRED = ReadOptions()
_PLAIN = NumberForm(".")
_HEAD = 1000
"""Rows by which the columns are judged at least."""

_CELLS = 200_000
"""Cells by which they are judged: whether times recur may show only after a long item."""


def from_frame(
    frame: "pd.DataFrame | pd.Series[Any]",
    options: ReadOptions = _INFERRED,
    *,
    name: str = "frame",
) -> SeriesSet:
    """Read a pandas table as named series: what its columns are is told as for a file.

    Args:
        frame: The table, or one column of it. Its index counts as columns unless it is nameless
            and holds whole numbers. Findings count rows from 0.
        options: What is known about it; the rest is inferred. Those about files, delimiter and
            encoding, say nothing here.
        name: What the table is called in findings and errors; also names a single item.

    Raises:
        UserError: The table or the options cannot be used.
    """
    check_options(options)
    if isinstance(frame, pd.Series):
        frame = frame.to_frame("target" if frame.name is None else frame.name)
    table = _with_index(frame, name)
    if table.empty:
        raise UserError(f"{name} is empty.", "Hand over a table with rows and columns.")
    form = _number_form(table, options)
    head = _head(table, form, options, name)
    if head.plan.rows_as_series:
        raise UserError(
            f"Each row of {name} is a series.",
            "Turn it, so that each column is one: frame.set_index(...).T.",
        )
    position = head.plan.timestamp_column
    if position is not None and is_datetime64_any_dtype(table.dtypes.iloc[position]):
        options = replace(options, timestamp_format=None)  # that of texts, which these are not
    blocks = [_block(table, head, form, name)]
    loaded = read_table(Origin(name, name, name), head, blocks, options, lambda: False)
    found = [
        replace(one, where=tuple(_as_row(position) for position in one.where))
        for one in loaded.findings
    ]
    return replace(loaded, findings=tuple(found), reading=None)


def _with_index(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The table with its index as columns, unless that only numbers the rows."""
    index = frame.index
    if index.nlevels == 1 and index.name is None and is_integer_dtype(index.dtype):
        return frame
    holds_times = isinstance(index, (pd.DatetimeIndex, pd.PeriodIndex))
    nameless = ["timestamp"] if holds_times else [f"level {n}" for n in range(index.nlevels)]
    names = [
        other if one is None else one for one, other in zip(index.names, nameless, strict=True)
    ]
    twice = [
        one for position, one in enumerate(names) if one in [*frame.columns, *names[:position]]
    ]
    if twice:
        raise UserError(
            f"{name} has an index level named {twice[0]!r} and another level or column so named.",
            "Rename one of them, or drop it.",
        )
    return frame.reset_index(names=names)


def _number_form(table: pd.DataFrame, options: ReadOptions) -> NumberForm:
    """How numbers are written in cells that are text."""
    top = table.iloc[:_HEAD]
    columns = [top.iloc[:, position] for position in range(top.shape[1])]
    cells = [
        value.strip()
        for column in columns
        if not is_numeric_dtype(column.dtype)
        for value in column
        if isinstance(value, str)
    ]
    return infer_number_form(cells, SINGLE_COLUMN, options.decimal)


def _head(table: pd.DataFrame, form: NumberForm, options: ReadOptions, name: str) -> Head:
    width = table.shape[1]
    names, repeated_names = column_names(list(map(str, table.columns)), width)
    check_columns(options, names, name)
    top = table.iloc[: max(_HEAD, _CELLS // width)]
    columns = [_texts(top.iloc[:, position], form) for position in range(width)]
    rows = [list(row) for row in zip(*columns, strict=True)]
    csv_form = CsvForm(SINGLE_COLUMN, _PLAIN, names, True, 0, rows, (), repeated_names)
    return Head(
        "", len(top) == len(table), "utf-8", csv_form, plan_columns(csv_form, options, name)
    )


def _block(table: pd.DataFrame, head: Head, form: NumberForm, name: str) -> Block:
    """The whole table as one block, whose rows are counted from 0."""
    plan, faults = head.plan, Faults()
    columns = [_numbers(table.iloc[:, position], form) for position in plan.number_columns]
    numbers = BlockParser(head.csv_form, plan, name).numbers(columns, range(len(table)), faults)
    texts = (plan.id_column, plan.timestamp_column, plan.clock_column)
    codes = {
        position: _codes(table.iloc[:, position], _PLAIN)
        for position in texts
        if position is not None
    }
    return Block(len(table), codes, numbers, 0, faults)


def _numbers(column: "pd.Series[Any]", form: NumberForm) -> NDArray[np.float64] | list[str]:
    """The numbers of a column, or its texts where it is of another type."""
    if is_numeric_dtype(column.dtype):
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    return _texts(column, form)


def _texts(column: "pd.Series[Any]", form: NumberForm) -> list[str]:
    codes, texts = _codes(column, form)
    return [texts[code] for code in codes]


def _codes(column: "pd.Series[Any]", form: NumberForm) -> CodedTexts:
    try:
        codes, distinct = pd.factorize(column, use_na_sentinel=True)
    except TypeError:  # lists and the like cannot be told apart, but their texts can
        codes, distinct = pd.factorize(column.map(str), use_na_sentinel=True)
    texts = [_text(value, form) for value in distinct]
    missing = codes < 0
    if missing.any():
        codes = np.where(missing, len(texts), codes)
        texts.append("")
    return codes, texts


def _text(value: object, form: NumberForm) -> str:
    """A value as text; numbers in it that are written in another form are made plain."""
    if isinstance(value, pd.Period):
        return str(value.start_time)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # pandas makes whole numbers so where one of them is missing
    text = str(value)
    if not isinstance(value, str) or form == _PLAIN:
        return text
    number = form.value(text)
    return text if number is None or np.isnan(number) else repr(number)


def _as_row(position: str) -> str:
    """A position of a finding, in whose words every table has lines."""
    return f"row {position.removeprefix('line ')}" if position.startswith("line ") else position
