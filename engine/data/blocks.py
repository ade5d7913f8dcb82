"""One block of whole lines, parsed into columns."""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.data.cells import MISSING_TEXTS
from engine.data.dialect import Dialect
from engine.data.encoding import UndecodableError
from engine.data.fields import BLANKS, parser_delimiter, records
from engine.data.number_form import NumberForm, to_numbers
from engine.data.plan import Plan
from engine.data.problems import Spots, shown

Codes = tuple[NDArray[np.integer[Any]], list[str]]
"""A column of texts: for each row a position in the list of its distinct texts."""


@dataclass(frozen=True, slots=True)
class Block:
    """The columns of some consecutive rows.

    Attributes:
        rows: Number of rows.
        texts: The text columns by their position in the file.
        numbers: Shape (number columns, rows), in the order of the plan.
        lines: Line number of each row; only that of the first if they follow one another.
    """

    rows: int
    texts: dict[int, Codes]
    numbers: NDArray[np.float64]
    lines: NDArray[np.int64] | int


class BlockParser:
    """Parses blocks: fast if they are regular, with care if they are not.

    Attributes:
        wrong: For each number column, where it holds text.
        short: Lines with too few fields.
        long: Lines with too many fields.
    """

    def __init__(self, dialect: Dialect, plan: Plan, source: str) -> None:
        self._dialect = dialect
        self._plan = plan
        self._source = source
        self._width = len(dialect.names)
        texts = (plan.id_column, plan.timestamp_column, plan.clock_column)
        self._texts = [place for place in texts if place is not None]
        self._options = self._parser_options()
        self.wrong: dict[int, Spots] = {}
        self.short = Spots()
        self.long = Spots()

    def parse(self, text: bytes, first_line: int) -> Block:
        """Parse a block.

        Args:
            text: UTF-8, whole lines.
            first_line: The number of its first line, counted from 1.

        Raises:
            UndecodableError: The block is not UTF-8.
            UserError: The block cannot be cut into fields.
        """
        if self._dialect.delimiter != BLANKS:
            block = self._parse_regular(text, first_line)
            if block is not None:
                return block
        return self._parse_carefully(text, first_line)

    def _parser_options(self) -> dict[str, Any]:
        plan, form = self._plan, self._dialect.form
        # Columns that are left out are only tokenized: one byte of each is kept.
        types: dict[int, str] = dict.fromkeys(range(self._width), "S1")
        types |= dict.fromkeys(plan.number_columns, "float64")
        types |= {p: "object" if self._has_numbers(p) else "category" for p in self._texts}
        return {
            "sep": parser_delimiter(self._dialect.delimiter),
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

    def _has_numbers(self, place: int) -> bool:
        """Whether texts may look like numbers: categories would then lose leading zeros."""
        cells = (row[place].strip() for row in self._dialect.rows if place < len(row))
        return any(map(NumberForm(".").matches, cells))

    def _parse_regular(self, text: bytes, first_line: int) -> Block | None:
        """Parse a block whose every line is a row of the right width; None if it is not so."""
        rows = count_lines(text) + (not text.endswith(b"\n"))
        cuts = self._width - 1
        delimiter = parser_delimiter(self._dialect.delimiter)
        first = text[: text.find(b"\n")]
        if _count(text, delimiter) != rows * cuts or _count(first, delimiter) != cuts:
            return None
        try:
            frame = pd.read_csv(io.BytesIO(text), **self._options)
        except UnicodeDecodeError as error:
            raise UndecodableError from error
        except ValueError:
            return None
        texts = {place: _distinct(frame[place]) for place in self._texts}
        regular = {place: codes for place, codes in texts.items() if codes is not None}
        if len(frame) != rows or len(regular) < len(texts) or self._has_comment(frame, regular):
            return None
        numbers = np.empty((len(self._plan.number_columns), rows))
        for row, place in enumerate(self._plan.number_columns):
            numbers[row] = frame[place].to_numpy()
        return Block(rows, regular, numbers, first_line)

    def _has_comment(self, frame: pd.DataFrame, texts: dict[int, Codes]) -> bool:
        if 0 in texts:
            return any(text.startswith("#") for text in texts[0][1])
        return 0 not in self._plan.number_columns and bool(frame[0].isin([b"#", "#"]).any())

    def _parse_carefully(self, text: bytes, first_line: int) -> Block:
        rows = []
        lines = []
        for line, row in records(text, first_line, self._dialect.delimiter, self._source):
            fitted = self._fitted(row, line)
            if fitted is not None:
                rows.append(fitted)
                lines.append(line)
        columns = list(zip(*rows, strict=True)) or [()] * self._width
        numbers = np.empty((len(self._plan.number_columns), len(rows)))
        for index, place in enumerate(self._plan.number_columns):
            numbers[index], wrong = to_numbers(columns[place], self._dialect.form)
            if wrong:
                spots = self.wrong.setdefault(place, Spots())
                spots.add(f"line {lines[row]}: {shown(columns[place][row])}" for row in wrong)
        texts = {p: _codes(np.array(columns[p], dtype=object)) for p in self._texts}
        return Block(len(rows), texts, numbers, np.array(lines, dtype=np.int64))

    def _fitted(self, row: list[str], line: int) -> list[str] | None:
        """A row of the right width; None if it has fields too many."""
        while len(row) > self._width and not row[-1].strip():
            row.pop()
        if len(row) > self._width:
            self.long.add([f"line {line}"])
            return None
        if len(row) < self._width:
            self.short.add([f"line {line}"])
        return row + [""] * (self._width - len(row))


def _distinct(column: "pd.Series[Any]") -> Codes | None:
    """The distinct texts of a column; None if pandas took some for something else."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy()
        texts = column.cat.categories.to_numpy(dtype=object).tolist()
    else:
        codes, texts = _codes(column.to_numpy(dtype=object))
    regular = codes.min() >= 0 and all(isinstance(text, str) for text in texts)
    return (codes, texts) if regular else None


def _codes(texts: NDArray[np.object_]) -> Codes:
    codes, distinct = pd.factorize(texts)
    return codes, list(distinct)


def count_lines(text: bytes) -> int:
    """Number of line ends."""
    return _count(text, "\n")


def _count(text: bytes, character: str) -> int:
    # Many times faster than bytes.count where there is much to count.
    return int(np.count_nonzero(np.frombuffer(text, np.uint8) == ord(character)))
