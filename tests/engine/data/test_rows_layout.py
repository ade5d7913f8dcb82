"""Files in which each row is a series, with more values than a table may have columns."""

from pathlib import Path

import numpy as np
import pytest

from engine.base.errors import UserError
from engine.data import Layout, ReadOptions, SeriesSet, describe, load
from engine.data.parsing import csv_form, encoding, fields
from engine.data.tables import head, rows_layout


@pytest.fixture
def short_lines_are_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read lines of some hundred characters as those of many millions."""
    monkeypatch.setattr(encoding, "BLOCK", 64)
    monkeypatch.setattr(rows_layout, "_LONG_BLOCK", 64)
    monkeypatch.setattr(fields, "_PART", 16)
    monkeypatch.setattr(csv_form, "_MOST_COLUMNS", 50)
    monkeypatch.setattr(csv_form, "_TELLING", 300)
    monkeypatch.setattr(csv_form, "LONGEST_LINE", 256)
    monkeypatch.setattr(head, "LONGEST_LINE", 256)
    monkeypatch.setattr(head, "_MIN_SIZE", 1000)


def written(folder: Path, text: str) -> Path:
    path = folder / "rows.csv"
    path.write_text(text)
    return path


def assert_holds(loaded: SeriesSet, **items: np.ndarray) -> None:
    assert [one.item_id for one in loaded.series] == list(items)
    for one, values in zip(loaded.series, items.values(), strict=True):
        np.testing.assert_array_equal(one.targets, [values])


def test_that_a_series_of_millions_of_values_is_read_from_one_row(tmp_path: Path) -> None:
    values = np.arange(1_500_000) % 90_000
    path = written(tmp_path, f"north,{','.join(map(str, values))}\n" + "south,1,2,3\n")
    assert path.stat().st_size > 2 * encoding.BLOCK
    assert_holds(load(path), north=values, south=np.array([1, 2, 3]))
    described = describe(path)
    assert (described.layout, described.rows) == (Layout.ROWS, None)


NUMBERS = np.arange(400)
LONG = ",".join(map(str, NUMBERS))


@pytest.mark.usefixtures("short_lines_are_long")
@pytest.mark.parametrize(
    "row",
    [
        f"north,{LONG}",
        f"north, {LONG.replace(',', ', ')}",
        f'"north",{LONG}',
        '"north","{}"'.format(LONG.replace(",", '","')),
        f"north;{LONG.replace(',', ';')}",
        f"north {LONG.replace(',', '   ')}",
        f"north,{LONG},,,",
    ],
)
def test_that_a_long_row_is_read_in_parts(tmp_path: Path, row: str) -> None:
    path = written(tmp_path, f"{row}\n# a comment\n\n{row.replace('north', 'south')}\n")
    loaded = load(path)
    assert_holds(loaded, north=NUMBERS, south=NUMBERS)
    (finding,) = loaded.findings
    assert str(finding).startswith("1 line after the first row begins with # (line 2).")


@pytest.mark.usefixtures("short_lines_are_long")
def test_that_quoted_decimal_commas_and_gaps_are_read_in_parts(tmp_path: Path) -> None:
    cells = ",".join(f'"{number},5"' if number % 3 else "" for number in NUMBERS)
    expected = np.where(NUMBERS % 3 > 0, NUMBERS + 0.5, np.nan)
    path = written(tmp_path, f'"a, b",{cells}\n"c",{cells}\n')
    assert_holds(load(path), **{"a, b": expected[:-1], "c": expected[:-1]})


@pytest.mark.usefixtures("short_lines_are_long")
def test_that_cells_of_a_long_row_that_are_no_numbers_are_counted(tmp_path: Path) -> None:
    path = written(tmp_path, f"north,{LONG}\nsouth,{LONG.replace('7', 'x')}\n")
    (finding,) = load(path).findings
    count = sum("7" in str(number) for number in NUMBERS)
    assert finding.what == f"{count} values are not finite numbers."
    assert finding.where[0] == "line 2: 'x'"


@pytest.mark.usefixtures("short_lines_are_long")
def test_that_an_open_quote_in_a_long_row_is_named_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, f'north,{LONG}\nsouth,"{LONG}\n')
    with pytest.raises(UserError, match="cannot be split into fields after line 1: a quote is not"):
        load(path)


@pytest.mark.usefixtures("short_lines_are_long")
def test_that_a_row_has_a_limit_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head, "LONGEST_ROW", 1000)
    path = written(tmp_path, f"north,1,2,3,4\nsouth,{LONG}\n")
    with pytest.raises(UserError, match=r"Line 2 of rows\.csv has more than 0\.001 MB\.") as error:
        load(path)
    assert "one row for each item and timestamp" in error.value.remedy


@pytest.mark.usefixtures("short_lines_are_long")
def test_that_a_wide_header_of_timestamps_is_not_used(tmp_path: Path) -> None:
    days = np.datetime64("2024-01-01") + np.arange(60)
    path = written(tmp_path, f"id,{','.join(map(str, days))}\na,{','.join(map(str, range(60)))}\n")
    loaded = load(path)
    assert_holds(loaded, a=np.arange(60))
    assert loaded.series[0].timestamps is None
    (finding,) = loaded.findings
    assert finding.what == "The header has more than 50 names."


def test_that_a_wide_table_is_refused_unless_its_rows_are_series(tmp_path: Path) -> None:
    path = written(tmp_path, f"{','.join(['1'] * 60_000)}\n" * 2)
    with pytest.raises(UserError, match="has more than 50,000 columns") as error:
        load(path)
    assert "the layout 'rows'" in error.value.remedy
    loaded = load(path, ReadOptions(layout="rows"))
    assert [one.length for one in loaded.series] == [59_999, 59_999]
