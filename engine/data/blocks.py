"""One block of whole lines, parsed into columns."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.data.cells import MISSING_TEXTS, to_numbers
from engine.data.dialect import BLANKS, SINGLE_COLUMN, Dialect, csv_rows, parser_delimiter
from engine.data.encoding import UndecodableError
from engine.data.plan import Plan
from engine.data.problems import Spots
from engine.errors import UserError

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
        self._texts = [p for p in (plan.id_column, plan.timestamp_column) if p is not None]
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
        types |= dict.fromkeys(self._texts, "category")
        return {
            "sep": parser_delimiter(self._dialect.delimiter),
            "decimal": form.decimal,
            "thousands": form.thousands,
            "header": None,
            "names": range(self._width),
            "index_col": False,
            "dtype": types,
            "na_values": {p: sorted(MISSING_TEXTS) for p in plan.number_columns},
            "keep_default_na": False,
            "skipinitialspace": True,
            "low_memory": False,
            "engine": "c",
        }

    def _parse_regular(self, text: bytes, first_line: int) -> Block | None:
        """Parse a block whose every line is a row of the right width; None if it is not so."""
        characters = np.frombuffer(text, np.uint8)
        rows = int(np.count_nonzero(characters == ord("\n"))) + (not text.endswith(b"\n"))
        delimiter = ord(parser_delimiter(self._dialect.delimiter))
        cuts = int(np.count_nonzero(characters == delimiter))
        if cuts != rows * (self._width - 1) or text.startswith(b"#"):
            return None
        try:
            frame = pd.read_csv(io.BytesIO(text), **self._options)
        except UnicodeDecodeError as error:
            raise UndecodableError from error
        except ValueError:
            return None
        if len(frame) != rows or self._starts_comment(frame[0]):
            return None
        numbers = np.empty((len(self._plan.number_columns), rows))
        for row, position in enumerate(self._plan.number_columns):
            numbers[row] = frame[position].to_numpy()
        texts = {
            p: (frame[p].cat.codes.to_numpy(), frame[p].cat.categories.tolist())
            for p in self._texts
        }
        return Block(rows, texts, numbers, first_line)

    def _starts_comment(self, column: "pd.Series[Any]") -> bool:
        if isinstance(column.dtype, pd.CategoricalDtype):
            return any(text.startswith("#") for text in column.cat.categories)
        return column.dtype.kind != "f" and bool(column.isin([b"#", "#"]).any())

    def _parse_carefully(self, text: bytes, first_line: int) -> Block:
        rows, numbers_of_lines = [], []
        for line, row in self._records(text, first_line):
            while len(row) > self._width and not row[-1].strip():
                row.pop()
            if len(row) > self._width:
                self.long.add([f"line {line}"])
                continue
            if len(row) < self._width:
                self.short.add([f"line {line}"])
                row += [""] * (self._width - len(row))
            rows.append(row)
            numbers_of_lines.append(line)
        columns = list(zip(*rows, strict=True)) or [()] * self._width
        numbers = np.empty((len(self._plan.number_columns), len(rows)))
        for index, position in enumerate(self._plan.number_columns):
            numbers[index], wrong = to_numbers(columns[position], self._dialect.form)
            places = (f"line {numbers_of_lines[r]}: {columns[position][r]!r}" for r in wrong)
            if wrong:
                self.wrong.setdefault(position, Spots()).add(places)
        texts = {p: _codes(columns[p]) for p in self._texts}
        return Block(len(rows), texts, numbers, np.array(numbers_of_lines, dtype=np.int64))

    def _records(self, text: bytes, first_line: int) -> Iterator[tuple[int, list[str]]]:
        """The rows of a block with the numbers of their first lines, without noise."""
        try:
            lines = text.decode().split("\n")
        except UnicodeDecodeError as error:
            raise UndecodableError from error
        if lines and not lines[-1]:
            lines.pop()
        if self._dialect.delimiter == BLANKS:
            for number, line in enumerate(lines, first_line):
                if line.strip() and not line.lstrip().startswith("#"):
                    yield number, line.split()
            return
        reader = csv_rows(lines, self._dialect.delimiter)
        start = 0
        try:
            for row in reader:
                line, start = start, reader.line_num
                if self._dialect.delimiter == SINGLE_COLUMN and not row:
                    yield first_line + line, [""]
                elif any(cell.strip() for cell in row) and not row[0].startswith("#"):
                    yield first_line + line, row
        except csv.Error as error:
            raise UserError(
                f"{self._source} cannot be cut into fields near line {first_line + start}: {error}.",
                "Look for a stray quote there, or name the delimiter.",
            ) from error


def _codes(texts: tuple[str, ...]) -> Codes:
    codes, distinct = pd.factorize(np.array(texts, dtype=object))
    return codes, list(distinct)
