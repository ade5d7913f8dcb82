"""Describe how a file was read, for the user to inspect and correct."""

from dataclasses import dataclass
from enum import StrEnum


class Layout(StrEnum):
    """The arrangement of series in a table."""

    LONG = "long"
    """One row per item and timestamp, with an id column."""
    WIDE = "wide"
    """One column per item."""
    SINGLE = "single"
    """A single item, named after the file, with targets and covariates as columns."""
    ROWS = "rows"
    """One row per item: the id, then the values."""


class Role(StrEnum):
    """The use of a column."""

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
        name: Name in the header, or "column 3" if the header has none.
        role: Use of the column.
    """

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class FileDescription:
    """The form and content of a file as they were read.

    Attributes:
        source: Name of the file.
        encoding: Text encoding, by its Python name.
        delimiter: One character; a space stands for any run of whitespace, an empty text for a
            file with a single column.
        decimal: Decimal mark, "." or ",".
        thousands: Thousands separator; None if digits are not grouped.
        has_header: Whether the first line names the columns.
        layout: Arrangement of the series in the table.
        columns: All columns in file order; in the rows layout, only the first.
        timestamp_format: Form of the timestamps ("ISO 8601", "%d/%m/%Y", "epoch ms"); None
            without timestamps.
        timezone: UTC offset of the timestamps in the file; None if they are naive.
        frequency: pandas alias of the frequency of most items; None if it cannot be inferred.
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
