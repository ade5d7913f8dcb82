"""Specify and check how to read a file."""

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from engine.base.errors import UserError
from engine.base.escaping import quoted, shortened
from engine.data.description import Layout
from engine.data.frequency import parse_frequency
from engine.data.tables.collector import list_names

_DECIMALS = (".", ",")
_SUGGESTED = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-32",
    "latin-1",
    "cp1252",
    "ascii",
    "cp1250",
)

_NO_TEXT_OF_FILES = {"idna", "punycode", "unicode-escape", "raw-unicode-escape"}
"""Codecs of host names and of source code, which Python counts among the encodings of text."""

_NAMES = {
    "id_column": "id column",
    "timestamp_column": "timestamp column",
    "target_columns": "target",
    "past_covariate_columns": "past covariate",
    "known_covariate_columns": "known covariate",
    "left_out_columns": "left-out column",
}


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Options for reading a file. None means: infer from the file.

    Attributes:
        delimiter: One character between the fields; a space stands for any run of whitespace.
        decimal: Decimal mark, "." or ",".
        encoding: Text encoding, by its Python name.
        layout: "long", "wide", "single" or "rows".
        id_column: Column that identifies the item of each row.
        timestamp_column: Column of the timestamps.
        target_columns: Columns to forecast; in the wide layout, the columns to use.
        past_covariate_columns: Covariates known up to the last observation; () for none.
        known_covariate_columns: Covariates known into the future; () for none.
        left_out_columns: Columns to ignore.
        frequency: pandas alias, such as "h", "D", "B", "W-SUN" or "MS".
        timestamp_format: strptime pattern, such as "%d/%m/%Y %H:%M".
        day_first: Whether 01/02/2020 is the first of February.
    """

    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    layout: str | None = None
    id_column: str | None = None
    timestamp_column: str | None = None
    target_columns: tuple[str, ...] | None = None
    past_covariate_columns: tuple[str, ...] | None = None
    known_covariate_columns: tuple[str, ...] | None = None
    left_out_columns: tuple[str, ...] | None = None
    frequency: str | None = None
    timestamp_format: str | None = None
    day_first: bool | None = None

    def named_columns(self) -> Iterator[tuple[str, str]]:
        """Yield pairs of an option and a column that it names."""
        for option in ("id_column", "timestamp_column"):
            column = getattr(self, option)
            if column is not None:
                yield option, column
        for option in (
            "target_columns",
            "past_covariate_columns",
            "known_covariate_columns",
            "left_out_columns",
        ):
            for column in getattr(self, option) or ():
                yield option, column


def check_options(options: ReadOptions) -> None:
    """Check the options as far as possible without the file.

    Raises:
        UserError: Some values are unusable; the sentence names all of them.
    """
    problems = []
    if options.delimiter is not None and len(options.delimiter) != 1:
        problems.append(f"The delimiter {quoted(options.delimiter)} is not a single character.")
    if options.decimal is not None and options.decimal not in _DECIMALS:
        problems.append(f"The decimal mark {quoted(options.decimal)} is neither '.' nor ','.")
    if options.delimiter is not None and options.delimiter == options.decimal:
        problems.append(f"{options.decimal!r} cannot be both the delimiter and the decimal mark.")
    if options.layout is not None and options.layout not in list(Layout):
        known = [str(one) for one in Layout]
        what = f"The layout {quoted(str(options.layout))} is not one of {', '.join(known)}"
        problems.append(_with_suggestion(what, str(options.layout), known))
    problems += [
        *_encoding_problem(options.encoding),
        *_frequency_problem(options.frequency),
        *_format_problem(options.timestamp_format),
    ]
    problems += _shared_columns(options)
    _raise_all(problems, "Correct these options, or omit them to infer them from the file.")


def check_columns(options: ReadOptions, names: Sequence[str], source: str) -> None:
    """Check that the file has every column that the options name.

    Raises:
        UserError: Some are missing; the sentence names them, similar names and all columns.
    """
    problems = [
        _with_suggestion(f"The {_NAMES[option]} {quoted(column)} is not in {source}", column, names)
        for option, column in options.named_columns()
        if column not in names
    ]
    _raise_all(problems, f"The columns of {source} are {list_names(names, most=20)}.")


def _shared_columns(options: ReadOptions) -> list[str]:
    owner: dict[str, str] = {}
    problems = []
    for option, column in options.named_columns():
        if column in owner:
            roles = f"{_NAMES[owner[column]]} and {_NAMES[option]}"
            problems.append(f"Column {quoted(column)} has two roles: {roles}.")
        owner[column] = option
    return problems


def _encoding_problem(encoding: str | None) -> Iterator[str]:
    if encoding is None:
        return
    try:
        known = codecs.lookup(encoding).name not in _NO_TEXT_OF_FILES
        "".encode(encoding)
    except (LookupError, ValueError):
        # Codecs from bytes to bytes are no encodings of text, although they can be looked up.
        known = False
    if not known:
        what = f"The encoding {quoted(encoding)} is unknown"
        yield _with_suggestion(what, encoding, _SUGGESTED)


def _frequency_problem(frequency: str | None) -> Iterator[str]:
    if frequency is None:
        return
    try:
        parse_frequency(frequency)
    except UserError as error:
        yield str(error)


def _format_problem(pattern: str | None) -> Iterator[str]:
    if pattern is None:
        return
    import pandas as pd  # slow to import, and often not needed

    try:
        pd.to_datetime(pd.Series(["2024-01-31"]), format=pattern, errors="coerce")
    except (ValueError, re.error) as error:
        reason = str(error).removesuffix(".")
        yield f"The timestamp format {quoted(pattern)} cannot be used: {shortened(reason)}."


def _with_suggestion(clause: str, value: str, known: Sequence[str]) -> str:
    """Complete a clause about an unknown value by the most similar known one."""
    lowered = {name.lower(): name for name in known}
    near = get_close_matches(value.lower(), list(lowered), n=1, cutoff=0.5)
    return f"{clause}. Did you mean {quoted(lowered[near[0]])}?" if near else f"{clause}."


def _raise_all(problems: Sequence[str], remedy: str) -> None:
    if problems:
        raise UserError(" ".join(problems), remedy)
