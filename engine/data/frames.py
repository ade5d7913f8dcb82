"""Read pandas tables as series."""

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
_MIN_ROWS = 1000
"""Smallest number of rows from which the columns are inferred."""

_MIN_CELLS = 200_000
"""Smallest number of cells to infer from: a long first item hides recurring times."""


def from_frame(
    frame: "pd.DataFrame | pd.Series[Any]",
    options: ReadOptions = _INFERRED,
    *,
    name: str = "frame",
) -> SeriesSet:
    """Read a pandas table as named series, with the same inference as for a file.

    Args:
        frame: Table, or one column of it. The levels of the index become columns, unless the
            index has no name and contains integers. Findings count rows from 0.
        options: Known properties of the table; the rest is inferred. The delimiter and the
            encoding are ignored.
        name: Name of the table in findings and errors, and of its item if it has only one.

    Raises:
        UserError: The table or the options are unusable.
    """
    check_options(options)
    if isinstance(frame, pd.Series):
        frame = frame.to_frame("target" if frame.name is None else frame.name)
    table = _with_index(frame, name)
    if table.empty:
        raise UserError(f"{name} is empty.", "Pass a table with rows and columns.")
    form = _number_form(table, options)
    head = _infer_head(table, form, options, name)
    if head.plan.rows_as_series:
        raise UserError(
            f"Each row of {name} is a series.",
            "Transpose it to make each column a series: frame.set_index(...).T.",
        )
    position = head.plan.timestamp_column
    if position is not None and is_datetime64_any_dtype(table.dtypes.iloc[position]):
        options = replace(options, timestamp_format=None)  # the format applies to texts only
    blocks = [_block(table, head, form, name)]
    loaded = read_table(Origin(name, name, name), head, blocks, options, lambda: False)
    found = [
        replace(one, where=tuple(_as_row(location) for location in one.where))
        for one in loaded.findings
    ]
    return replace(loaded, findings=tuple(found), reading=None)


def _with_index(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the table with its index as columns, unless the index only numbers the rows."""
    index = frame.index
    if index.nlevels == 1 and index.name is None and is_integer_dtype(index.dtype):
        return frame
    holds_times = isinstance(index, (pd.DatetimeIndex, pd.PeriodIndex))
    unnamed = ["timestamp"] if holds_times else [f"level {n}" for n in range(index.nlevels)]
    names = [other if one is None else one for one, other in zip(index.names, unnamed, strict=True)]
    repeated = [
        one for position, one in enumerate(names) if one in [*frame.columns, *names[:position]]
    ]
    if repeated:
        raise UserError(
            f"{name} has an index level {repeated[0]!r} and another level or column of the same "
            "name.",
            "Rename or drop one of them.",
        )
    return frame.reset_index(names=names)


def _number_form(table: pd.DataFrame, options: ReadOptions) -> NumberForm:
    """Infer the form of the numbers in text cells."""
    top = table.iloc[:_MIN_ROWS]
    columns = [top.iloc[:, position] for position in range(top.shape[1])]
    cells = [
        value.strip()
        for column in columns
        if not is_numeric_dtype(column.dtype)
        for value in column
        if isinstance(value, str)
    ]
    return infer_number_form(cells, SINGLE_COLUMN, options.decimal)


def _infer_head(table: pd.DataFrame, form: NumberForm, options: ReadOptions, name: str) -> Head:
    width = table.shape[1]
    names, repeated_names = column_names(list(map(str, table.columns)), width)
    check_columns(options, names, name)
    top = table.iloc[: max(_MIN_ROWS, _MIN_CELLS // width)]
    columns = [_texts(top.iloc[:, position], form) for position in range(width)]
    rows = [list(row) for row in zip(*columns, strict=True)]
    csv_form = CsvForm(SINGLE_COLUMN, _PLAIN, names, True, 0, rows, (), repeated_names)
    return Head(
        "", len(top) == len(table), "utf-8", csv_form, plan_columns(csv_form, options, name)
    )


def _block(table: pd.DataFrame, head: Head, form: NumberForm, name: str) -> Block:
    """Return the whole table as one block, with rows counted from 0."""
    plan, faults = head.plan, Faults()
    columns = [_numbers(table.iloc[:, position], form) for position in plan.number_columns]
    numbers = BlockParser(head.csv_form, plan, name).numbers(columns, range(len(table)), faults)
    codes = {position: _codes(table.iloc[:, position], _PLAIN) for position in plan.read_as_text}
    return Block(len(table), codes, numbers, 0, faults)


def _numbers(column: "pd.Series[Any]", form: NumberForm) -> NDArray[np.float64] | list[str]:
    """Return the numbers of a numeric column, or the texts of another."""
    if is_numeric_dtype(column.dtype):
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    return _texts(column, form)


def _texts(column: "pd.Series[Any]", form: NumberForm) -> list[str]:
    codes, texts = _codes(column, form)
    return [texts[code] for code in codes]


def _codes(column: "pd.Series[Any]", form: NumberForm) -> CodedTexts:
    try:
        codes, distinct = pd.factorize(column, use_na_sentinel=True)
    except TypeError:  # unhashable values such as lists: compare their texts
        codes, distinct = pd.factorize(column.map(str), use_na_sentinel=True)
    texts = [_text(value, form) for value in distinct]
    missing = codes < 0
    if missing.any():
        codes = np.where(missing, len(texts), codes)
        texts.append("")
    return codes, texts


def _text(value: object, form: NumberForm) -> str:
    """Return a value as text, with a number rewritten in plain form."""
    if isinstance(value, pd.Period):
        return str(value.start_time)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # pandas stores integers as floats if one is missing
    text = str(value)
    if not isinstance(value, str) or form == _PLAIN:
        return text
    number = form.parse(text)
    return text if number is None or np.isnan(number) else repr(number)


def _as_row(location: str) -> str:
    """Rewrite the "line" of a finding as "row": a table in memory has no lines."""
    return f"row {location.removeprefix('line ')}" if location.startswith("line ") else location
