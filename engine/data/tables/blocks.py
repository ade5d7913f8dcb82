"""Parse blocks of whole lines into columns."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.data.parsing.cells import MISSING_TEXTS
from engine.data.parsing.csv_form import CsvForm
from engine.data.parsing.encoding import UndecodableError
from engine.data.parsing.fields import WHITESPACE, parser_delimiter, split_block
from engine.data.parsing.number_form import NumberForm, to_numbers
from engine.data.tables.collector import Occurrences, quoted
from engine.data.tables.column_plan import ColumnPlan

if TYPE_CHECKING:
    import pandas as pd

CodedTexts = tuple[NDArray[np.integer[Any]], list[str]]
"""A column of texts: the index of each row in the list of distinct texts, and that list."""


@dataclass(slots=True)
class Faults:
    """Lines and cells that do not fit their columns.

    Attributes:
        non_numeric: Cells that are not numbers, by the position of their column.
        short: Lines with too few fields.
        long: Lines with too many fields.
        comments: Lines after the first row that are left out as comments.
    """

    non_numeric: dict[int, Occurrences] = field(default_factory=dict)
    short: Occurrences = field(default_factory=Occurrences)
    long: Occurrences = field(default_factory=Occurrences)
    comments: Occurrences = field(default_factory=Occurrences)

    def extend(self, later: "Faults") -> None:
        """Add the faults of a later part of the file."""
        for position, occurrences in later.non_numeric.items():
            self.non_numeric.setdefault(position, Occurrences()).extend(occurrences)
        self.short.extend(later.short)
        self.long.extend(later.long)
        self.comments.extend(later.comments)


@dataclass(frozen=True, slots=True)
class Block:
    """The columns of some consecutive rows.

    Attributes:
        rows: Number of rows.
        texts: Text columns by their position in the file.
        numbers: Shape (number columns, rows), in the order of the plan.
        lines: Line number of each row, or only that of the first if they are consecutive.
        faults: Lines and cells that do not fit.
    """

    rows: int
    texts: dict[int, CodedTexts]
    numbers: NDArray[np.float64]
    lines: NDArray[np.int64] | int
    faults: Faults


class BlockParser:
    """A thread-safe parser of blocks: fast for regular blocks, slower for others."""

    def __init__(self, csv_form: CsvForm, plan: ColumnPlan, source: str) -> None:
        self._csv_form = csv_form
        self._plan = plan
        self._source = source
        self._width = len(csv_form.names)
        self._texts = plan.read_as_text
        self._strict = self._strict_options()
        self._loose = self._loose_options()

    def parse(self, text: bytes, first_line: int) -> Block:
        """Parse a block.

        Args:
            text: Whole lines in UTF-8.
            first_line: Number of the first line, counted from 1.

        Raises:
            UndecodableError: The block is not UTF-8.
            UserError: The block cannot be split into fields.
        """
        if self._csv_form.delimiter != WHITESPACE:
            block = self._parse_regular(text, first_line)
            if block is not None:
                return block
        return self._parse_irregular(text, first_line)

    def _strict_options(self) -> dict[str, Any]:
        plan, form = self._plan, self._csv_form.number_form
        # Unused columns need no values: keep one byte of each cell.
        types: dict[int, str] = dict.fromkeys(range(self._width), "S1")
        types |= dict.fromkeys(plan.number_columns, "float64")
        types |= {p: "object" if self._has_numbers(p) else "category" for p in self._texts}
        return {
            "sep": parser_delimiter(self._csv_form.delimiter),
            "decimal": form.decimal,
            "thousands": form.thousands,
            "header": None,
            "names": range(self._width),
            "index_col": False,
            "dtype": types,
            "na_values": sorted(MISSING_TEXTS),
            "keep_default_na": False,
            "skipinitialspace": True,
            "low_memory": False,
            "engine": "c",
        }

    def _loose_options(self) -> dict[str, Any]:
        """Return options for blocks with text among the numbers, or empty cells among the texts."""
        types = self._strict["dtype"] | dict.fromkeys(
            (*self._texts, *self._plan.number_columns), "object"
        )
        return self._strict | {"dtype": types, "na_filter": False}

    def _has_numbers(self, position: int) -> bool:
        """Say whether texts look like numbers: as categories they would lose leading zeros."""
        cells = {row[position].strip() for row in self._csv_form.rows if position < len(row)}
        return any(map(NumberForm(".").matches, cells))

    def _parse_regular(self, text: bytes, first_line: int) -> Block | None:
        """Parse a block in which every line is a row of the right width; None for any other."""
        rows = count_lines(text) + (not text.endswith(b"\n"))
        delimiters = self._width - 1
        delimiter = parser_delimiter(self._csv_form.delimiter)
        first = text[: text.find(b"\n")]
        if (
            count_of(text, delimiter) != rows * delimiters
            or count_of(first, delimiter) != delimiters
        ):
            return None
        for options in (self._strict, self._loose):
            frame = _read(text, options)
            texts = None if frame is None else self._distinct_texts(frame)
            if frame is None or texts is None:
                continue
            if len(frame) != rows or self._has_comment(frame, texts):
                return None
            columns = [frame[position].to_numpy() for position in self._plan.number_columns]
            lines = range(first_line, first_line + rows)
            faults = Faults()
            numbers = self.numbers(columns, lines, faults)
            return Block(rows, texts, numbers, first_line, faults)
        return None

    def _distinct_texts(self, frame: "pd.DataFrame") -> dict[int, CodedTexts] | None:
        found = {position: _distinct(frame[position]) for position in self._texts}
        regular = {position: codes for position, codes in found.items() if codes is not None}
        return regular if len(regular) == len(found) else None

    def _has_comment(self, frame: "pd.DataFrame", texts: dict[int, CodedTexts]) -> bool:
        if frame[0].dtype.kind == "f":
            return False
        cells = texts[0][1] if 0 in texts else frame[0]
        return any(cell[:1] in {"#", b"#"} for cell in cells)

    def numbers(
        self,
        columns: Sequence[Sequence[str] | NDArray[Any]],
        lines: Sequence[int],
        faults: Faults,
    ) -> NDArray[np.float64]:
        """Convert the number columns that are still text.

        Args:
            columns: Number columns in the order of the plan: numbers or texts, shape (rows,).
            lines: Line number of each row.
            faults: Receives the texts that are not numbers.

        Returns:
            Shape (number columns, rows).
        """
        numbers = np.empty((len(columns), len(lines)))
        texts: list[int] = []
        for index, column in enumerate(columns):
            if isinstance(column, np.ndarray) and column.dtype.kind == "f":
                numbers[index] = column
            else:
                texts.append(index)
        if texts:
            # All columns at once, because a table may have many thousands.
            flat = np.concatenate([np.asarray(columns[index], dtype=object) for index in texts])
            values, wrong = to_numbers(flat, self._csv_form.number_form)
            numbers[texts] = values.reshape(len(texts), len(lines))
            for place in wrong:
                column_of, row = divmod(place, len(lines))
                position = self._plan.number_columns[texts[column_of]]
                occurrences = faults.non_numeric.setdefault(position, Occurrences())
                occurrences.add((f"line {lines[row]}: {quoted(flat[place])}",))
        return numbers

    def _parse_irregular(self, text: bytes, first_line: int) -> Block:
        rows, lines, faults = [], [], Faults()
        comments: list[int] = []
        delimiter = self._csv_form.delimiter
        for line, row in split_block(text, first_line, delimiter, self._source, comments):
            fitted = self._fit_row(row, line, faults)
            if fitted is not None:
                rows.append(fitted)
                lines.append(line)
        faults.comments.add(f"line {comment}" for comment in comments)
        columns = list(zip(*rows, strict=True)) or [()] * self._width
        numbers = self.numbers(
            [columns[position] for position in self._plan.number_columns], lines, faults
        )
        texts = {p: _codes(np.array(columns[p], dtype=object)) for p in self._texts}
        return Block(len(rows), texts, numbers, np.array(lines, dtype=np.int64), faults)

    def _fit_row(self, row: list[str], line: int, faults: Faults) -> list[str] | None:
        """Pad a row to the right width; None if it has too many fields."""
        while len(row) > self._width and not row[-1].strip():
            row.pop()
        if len(row) > self._width:
            faults.long.add([f"line {line}"])
            return None
        if len(row) < self._width:
            faults.short.add([f"line {line}"])
        return row + [""] * (self._width - len(row))


def _read(text: bytes, options: dict[str, Any]) -> "pd.DataFrame | None":
    import pandas as pd  # slow to import, and often not needed

    try:
        frame: pd.DataFrame = pd.read_csv(io.BytesIO(text), **options)
    except UnicodeDecodeError as error:
        raise UndecodableError from error
    except ValueError:
        return None
    return frame


def _distinct(column: "pd.Series[Any]") -> CodedTexts | None:
    """Return the coded texts of a column; None if pandas converted some of them."""
    import pandas as pd

    if not isinstance(column.dtype, pd.CategoricalDtype):
        codes, texts = _codes(column.to_numpy(dtype=object))
        return (codes, texts) if codes.min() >= 0 else None
    codes, categories = column.cat.codes.to_numpy(), column.cat.categories
    if codes.min() < 0 or categories.dtype.kind != "O":
        return None
    return codes, categories.to_numpy(dtype=object).tolist()


def _codes(texts: NDArray[np.object_]) -> CodedTexts:
    import pandas as pd

    codes, distinct = pd.factorize(texts)
    return codes, list(distinct)


def count_lines(text: bytes) -> int:
    """Count the line ends."""
    return count_of(text, "\n")


def count_of(text: bytes, character: str) -> int:
    """Count an ASCII character."""
    # Much faster than bytes.count for frequent characters.
    return int(np.count_nonzero(np.frombuffer(text, np.uint8) == ord(character)))
