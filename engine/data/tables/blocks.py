"""One block of whole lines, parsed into columns."""

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
from engine.data.tables.collector import Occurrences, shown
from engine.data.tables.column_plan import ColumnPlan

if TYPE_CHECKING:
    import pandas as pd

CodedTexts = tuple[NDArray[np.integer[Any]], list[str]]
"""A column of texts: for each row a position in the list of its distinct texts."""


@dataclass(slots=True)
class Faults:
    """Where lines do not hold what their columns should.

    Attributes:
        wrong: For each number column, where it holds text.
        short: Lines with too few fields.
        long: Lines with too many fields.
    """

    wrong: dict[int, Occurrences] = field(default_factory=dict)
    short: Occurrences = field(default_factory=Occurrences)
    long: Occurrences = field(default_factory=Occurrences)

    def extend(self, later: "Faults") -> None:
        """Take in the faults of a later part of the file."""
        for position, occurrences in later.wrong.items():
            self.wrong.setdefault(position, Occurrences()).extend(occurrences)
        self.short.extend(later.short)
        self.long.extend(later.long)


@dataclass(frozen=True, slots=True)
class Block:
    """The columns of some consecutive rows.

    Attributes:
        rows: Number of rows.
        texts: The text columns by their position in the file.
        numbers: Shape (number columns, rows), in the order of the plan.
        lines: Line number of each row; only that of the first if they follow one another.
        faults: What is wrong with its lines.
    """

    rows: int
    texts: dict[int, CodedTexts]
    numbers: NDArray[np.float64]
    lines: NDArray[np.int64] | int
    faults: Faults


class BlockParser:
    """Parses blocks, in any thread: fast if they are regular, with care if they are not."""

    def __init__(self, csv_form: CsvForm, plan: ColumnPlan, source: str) -> None:
        self._csv_form = csv_form
        self._plan = plan
        self._source = source
        self._width = len(csv_form.names)
        texts = (plan.id_column, plan.timestamp_column, plan.clock_column)
        self._texts = [position for position in texts if position is not None]
        self._strict = self._strict_options()
        self._loose = self._loose_options()

    def parse(self, text: bytes, first_line: int) -> Block:
        """Parse a block.

        Args:
            text: UTF-8, whole lines.
            first_line: The number of its first line, counted from 1.

        Raises:
            UndecodableError: The block is not UTF-8.
            UserError: The block cannot be cut into fields.
        """
        if self._csv_form.delimiter != WHITESPACE:
            block = self._parse_regular(text, first_line)
            if block is not None:
                return block
        return self._parse_irregular(text, first_line)

    def _strict_options(self) -> dict[str, Any]:
        plan, form = self._plan, self._csv_form.number_form
        # Columns that are left out are only tokenized: one byte of each is kept.
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
        """For blocks with text among the numbers, or blanks among the texts."""
        types = self._strict["dtype"] | dict.fromkeys(
            (*self._texts, *self._plan.number_columns), "object"
        )
        return self._strict | {"dtype": types, "na_filter": False}

    def _has_numbers(self, position: int) -> bool:
        """Whether texts may look like numbers: categories would then lose leading zeros."""
        cells = (row[position].strip() for row in self._csv_form.rows if position < len(row))
        return any(map(NumberForm(".").matches, cells))

    def _parse_regular(self, text: bytes, first_line: int) -> Block | None:
        """Parse a block whose every line is a row of the right width; None if it is not so."""
        rows = count_lines(text) + (not text.endswith(b"\n"))
        cuts = self._width - 1
        delimiter = parser_delimiter(self._csv_form.delimiter)
        first = text[: text.find(b"\n")]
        if _count(text, delimiter) != rows * cuts or _count(first, delimiter) != cuts:
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
        """Convert the columns of numbers that are still text.

        Args:
            columns: One for each number column of the plan: numbers or texts, shape (rows,).
            lines: The line number of each row.
            faults: Receives the texts that are no numbers.

        Returns:
            Shape (number columns, rows).
        """
        numbers = np.empty((len(columns), len(lines)))
        for index, (position, column) in enumerate(
            zip(self._plan.number_columns, columns, strict=True)
        ):
            if isinstance(column, np.ndarray) and column.dtype.kind == "f":
                numbers[index] = column
                continue
            numbers[index], wrong = to_numbers(column, self._csv_form.number_form)
            if wrong:
                occurrences = faults.wrong.setdefault(position, Occurrences())
                occurrences.add(f"line {lines[row]}: {shown(column[row])}" for row in wrong)
        return numbers

    def _parse_irregular(self, text: bytes, first_line: int) -> Block:
        rows, lines, faults = [], [], Faults()
        for line, row in split_block(text, first_line, self._csv_form.delimiter, self._source):
            fitted = self._fitted(row, line, faults)
            if fitted is not None:
                rows.append(fitted)
                lines.append(line)
        columns = list(zip(*rows, strict=True)) or [()] * self._width
        numbers = self.numbers(
            [columns[position] for position in self._plan.number_columns], lines, faults
        )
        texts = {p: _codes(np.array(columns[p], dtype=object)) for p in self._texts}
        return Block(len(rows), texts, numbers, np.array(lines, dtype=np.int64), faults)

    def _fitted(self, row: list[str], line: int, faults: Faults) -> list[str] | None:
        """A row of the right width; None if it has fields too many."""
        while len(row) > self._width and not row[-1].strip():
            row.pop()
        if len(row) > self._width:
            faults.long.add([f"line {line}"])
            return None
        if len(row) < self._width:
            faults.short.add([f"line {line}"])
        return row + [""] * (self._width - len(row))


def _read(text: bytes, options: dict[str, Any]) -> "pd.DataFrame | None":
    import pandas as pd  # slow to import, and a window or command may never need it

    try:
        frame: pd.DataFrame = pd.read_csv(io.BytesIO(text), **options)
    except UnicodeDecodeError as error:
        raise UndecodableError from error
    except ValueError:
        return None
    return frame


def _distinct(column: "pd.Series[Any]") -> CodedTexts | None:
    """The distinct texts of a column; None if pandas took some for something else."""
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
    """Number of line ends."""
    return _count(text, "\n")


def _count(text: bytes, character: str) -> int:
    # Many times faster than bytes.count where there is much to count.
    return int(np.count_nonzero(np.frombuffer(text, np.uint8) == ord(character)))
