"""What a caller can say about a file instead of leaving it to be inferred."""

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from engine.base.errors import UserError
from engine.data.description import Layout
from engine.data.frequency import parse_frequency

_DECIMALS = (".", ",")
_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1", "cp1252", "ascii", "cp1250")

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
    """How to read a file; None means that it is inferred from the file.

    Attributes:
        delimiter: One character between the fields; a blank stands for any run of blanks.
        decimal: The decimal mark, "." or ",".
        encoding: A text encoding that Python knows.
        layout: "long", "wide", "single" or "rows".
        id_column: Column that names the item of each row.
        timestamp_column: Column of the timestamps.
        target_columns: Columns to forecast; in the wide layout, the columns to use.
        past_covariate_columns: Covariates known up to the last observation; () for none.
        known_covariate_columns: Covariates known into the future; () for none.
        left_out_columns: Columns that are nothing of these.
        frequency: pandas alias of the spacing, such as "h", "D", "B", "W-SUN" or "MS".
        timestamp_format: A strptime pattern such as "%d/%m/%Y %H:%M".
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
        """Pairs of an option's name and a column that it names."""
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
    """Check what can be checked without the file.

    Raises:
        UserError: Some values cannot be used; all of them are named.
    """
    problems = []
    if options.delimiter is not None and len(options.delimiter) != 1:
        problems.append(f"The delimiter {options.delimiter!r} is not a single character.")
    if options.decimal is not None and options.decimal not in _DECIMALS:
        problems.append(f"The decimal mark {options.decimal!r} is neither '.' nor ','.")
    if options.delimiter is not None and options.delimiter == options.decimal:
        problems.append(f"{options.decimal!r} cannot be both the delimiter and the decimal mark.")
    if options.layout is not None and options.layout not in list(Layout):
        known = [str(one) for one in Layout]
        place = f" of {', '.join(known)}"
        problems.append(_unknown("The layout", str(options.layout), known, place))
    problems += [*_encoding_problem(options.encoding), *_frequency_problem(options.frequency)]
    problems += _shared_columns(options)
    _raise_all(problems, "Correct the options, or leave them out to have them inferred.")


def check_columns(options: ReadOptions, names: Sequence[str], source: str) -> None:
    """Check that every column that the options name is in the file.

    Raises:
        UserError: Some are not; names all of them, the nearest names and the existing ones.
    """
    problems = [
        _unknown(f"The {_NAMES[option]}", column, names, f" of {source}")
        for option, column in options.named_columns()
        if column not in names
    ]
    _raise_all(problems, f"The columns of {source} are {_listed(names)}.")


def _shared_columns(options: ReadOptions) -> list[str]:
    owner: dict[str, str] = {}
    problems = []
    for option, column in options.named_columns():
        if column in owner:
            both = f"{_NAMES[owner[column]]} and {_NAMES[option]}"
            problems.append(f"{column!r} is named as {both}.")
        owner[column] = option
    return problems


def _encoding_problem(encoding: str | None) -> Iterator[str]:
    if encoding is None:
        return
    try:
        codecs.lookup(encoding)
    except LookupError:
        yield _unknown("The encoding", encoding, _ENCODINGS, " that Python knows")


def _frequency_problem(frequency: str | None) -> Iterator[str]:
    if frequency is None:
        return
    try:
        parse_frequency(frequency)
    except UserError as error:
        yield str(error)


def _unknown(option: str, value: str, known: Sequence[str], place: str = "") -> str:
    lowered = {name.lower(): name for name in known}
    near = get_close_matches(value.lower(), list(lowered), n=1, cutoff=0.5)
    hint = f"; did you mean {lowered[near[0]]!r}?" if near else "."
    return f"{option} {value!r} is not one{place}{hint}"


def _listed(names: Sequence[str], most: int = 20) -> str:
    shown = ", ".join(repr(name) for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def _raise_all(problems: Sequence[str], remedy: str) -> None:
    if problems:
        raise UserError(" ".join(problems), remedy)
