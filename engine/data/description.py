"""How a file was read, for people to see and to correct."""

from dataclasses import dataclass
from enum import StrEnum


class Layout(StrEnum):
    """How a table holds its series."""

    LONG = "long"
    """An id column; one row per item and timestamp."""
    WIDE = "wide"
    """One column per item."""
    SINGLE = "single"
    """One item, named after the file; its columns are targets and covariates."""
    ROWS = "rows"
    """One row per item: its id, then its values."""


class Role(StrEnum):
    """What a column is for."""

    ID = "id"
    TIMESTAMP = "timestamp"
    TARGET = "target"
    PAST_COVARIATE = "past covariate"
    KNOWN_COVARIATE = "known covariate"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class ColumnDescription:
    """One column of a file.

    Attributes:
        name: Its name in the header, or "column 3" where there is none.
        role: What it is used for.
    """

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class FileDescription:
    """What a file was taken to be.

    Attributes:
        source: The file's name.
        encoding: Python's name of the text encoding.
        delimiter: One character; a blank for any run of blanks, empty for a single column.
        decimal: The decimal mark, "." or ",".
        thousands: The thousands separator; None if numbers are not grouped.
        has_header: Whether the first line names the columns.
        layout: How the table holds its series.
        columns: Every column in the order of the file; the first only in the rows layout.
        timestamp_format: The form of the timestamps ("ISO 8601", "%d/%m/%Y", "epoch ms"); None
            if there are none.
        timezone: Offset of the timestamps in the file; None if they are naive.
        frequency: pandas alias of the spacing that most items have; None if it cannot be told.
        rows: Number of data rows; None if only the head of the file was read.
        items: Number of series; None if only the head of the file was read.
    """

    source: str
    encoding: str
    delimiter: str
    decimal: str
    thousands: str | None
    has_header: bool
    layout: Layout
    columns: tuple[ColumnDescription, ...]
    timestamp_format: str | None
    timezone: str | None
    frequency: str | None
    rows: int | None
    items: int | None
