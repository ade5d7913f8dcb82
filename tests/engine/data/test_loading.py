import errno
import gzip
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.base.errors import Cancelled, UserError
from engine.data import Role, SeriesSet, describe, load, loading
from engine.data.parsing import encoding
from engine.data.tables import head


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Split even short files into many blocks."""
    monkeypatch.setattr(encoding, "BLOCK", 64)


def long_table(items: int, steps: int) -> str:
    return "item_id,timestamp,value\n" + "".join(
        f"item {item},2024-01-01T{step:02}:00,{item * 100 + step}\n"
        for item in range(items)
        for step in range(steps)
    )


def locations(loaded: SeriesSet, part: str) -> tuple[str, ...]:
    (found,) = [finding for finding in loaded.findings if part in finding.what]
    return found.where


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("code", ["utf-8", "utf-16"])
def test_that_blocks_join_seamlessly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, line_end: str
) -> None:
    # A file with old Mac line ends is one line for readers that know only the others.
    monkeypatch.setattr(head, "LONGEST_LINE", 256)
    path = tmp_path / "table.csv"
    path.write_bytes(long_table(7, 20).replace("\n", line_end).encode(code))
    loaded = load(path)
    assert [one.item_id for one in loaded.series] == [f"item {item}" for item in range(7)]
    for item, one in enumerate(loaded.series):
        np.testing.assert_array_equal(one.targets, [np.arange(20) + item * 100])
    assert loaded.findings == ()


@pytest.mark.usefixtures("small_blocks")
def test_that_line_numbers_count_blank_lines_comments_and_quoted_line_ends(tmp_path: Path) -> None:
    lines = [f"2024-01-{day:02},{day},note" for day in range(1, 29)]
    lines[4] = '2024-01-05,5,"two\nlines"'
    lines[9:9] = ["", "# a comment"]
    lines[20] = "2024-01-19,oops,note"
    path = tmp_path / "table.csv"
    path.write_text("\n".join(["date,sales,remark", *lines]) + "\n")
    numbered = path.read_text().split("\n").index("2024-01-19,oops,note") + 1
    loaded = load(path)
    assert locations(loaded, "not a number") == (f"line {numbered}: 'oops'",)
    assert loaded.series[0].length == 28


@pytest.mark.usefixtures("small_blocks")
def test_that_a_quoted_field_may_span_blocks(tmp_path: Path) -> None:
    name = "a long\nname, in\nmany lines " * 5
    path = tmp_path / "table.csv"
    path.write_text("id,value\n" + f'"{name}",1\n"{name}",2\n"{name}",3\nb,4\nb,5\nb,6\n')
    assert [one.item_id for one in load(path).series] == [name.strip(), "b"]


def test_that_findings_show_the_first_few_lines_and_the_count_of_all(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(
        "date,sales\n"
        + "".join(f"2024-01-{day:02},{'x' if day % 2 else day}\n" for day in range(1, 29))
    )
    (finding,) = load(path).findings
    assert finding.what == "Column 'sales' contains 14 values that are not numbers."
    assert finding.where == tuple(f"line {line}: 'x'" for line in (2, 4, 6, 8, 10))
    assert finding.subject == "sales"


def test_that_findings_come_worst_first(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(
        "date,sales,note\n2024-01-03,3,a\n2024-01-02,2,b\n2024-01-01,inf,c\n2023-12-31,1,d\n"
    )
    assert [one.severity for one in load(path).findings] == ["warning", "advice", "advice"]


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("packed", [False, True])
def test_that_progress_rises_to_the_size_of_the_file(tmp_path: Path, packed: bool) -> None:
    content = long_table(20, 20).encode()
    path = tmp_path / "table.csv"
    path.write_bytes(gzip.compress(content) if packed else content)
    seen: list[tuple[int, int]] = []
    load(path, progress=lambda done, total: seen.append((done, total)))
    size = path.stat().st_size
    assert {total for _, total in seen} == {size}
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == size
    assert len(seen) > 5


@pytest.mark.usefixtures("small_blocks")
def test_that_loading_stops_soon_after_it_is_cancelled(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(long_table(50, 20))
    seen: list[int] = []
    with pytest.raises(Cancelled):
        load(
            path,
            progress=lambda done, _: seen.append(done),
            cancelled=lambda: len(seen) >= 3,
        )
    assert len(seen) == 3


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("kept", [0, 15, 200])
def test_that_a_file_that_shrinks_while_it_is_read_gets_a_sentence(
    tmp_path: Path, kept: int
) -> None:
    path = tmp_path / "table.csv"
    path.write_text(long_table(50, 20))

    def shrink(*_: object) -> bool:
        os.truncate(path, kept)
        return False

    with pytest.raises(UserError, match=r"table\.csv became shorter while it was read\."):
        load(path, cancelled=shrink)


@pytest.mark.parametrize("kept", [0, 15, 200])
def test_that_a_file_that_shrinks_after_its_head_was_read_gets_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    path = tmp_path / "table.csv"
    path.write_text(long_table(50, 20))

    def read_and_shrink(*arguments: Any) -> head.Head:
        found = head.read_head(*arguments)
        os.truncate(path, kept)
        return found

    monkeypatch.setattr(loading, "read_head", read_and_shrink)
    with pytest.raises(UserError, match=r"table\.csv became shorter while it was read\."):
        load(path)


@pytest.mark.usefixtures("small_blocks")
def test_that_a_file_that_grows_while_it_is_read_is_read(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(long_table(50, 20))

    size = path.stat().st_size

    def grow(*_: object) -> bool:
        if path.stat().st_size == size:
            with path.open("a") as file:
                file.write("item 50,2024-01-01T00:00,1\nitem 50,2024-01-01T01:00,1\n")
        return False

    assert len(load(path, cancelled=grow)) == 51


def test_that_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is a folder"):
        load(tmp_path)
    with pytest.raises(UserError, match=r"There is no file .*absent\.csv"):
        load(tmp_path / "absent.csv")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.EACCES, "You may not read {}."), (errno.EIO, "{} could not be read: Input/output")],
)
def test_that_a_file_that_cannot_be_opened_gets_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    path = tmp_path / "table.csv"
    path.write_text(PLAIN_START)
    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(UserError, match=re.escape(sentence.format(path))):
        load(path)


def test_that_an_unmatched_quote_is_reported_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(PLAIN_START + '2024-01-03,"3\n' + "x" * 200_000 + "\n")
    with pytest.raises(UserError, match="cannot be split into fields after line 3"):
        load(path)


PLAIN_START = "date,sales\n2024-01-01,1\n2024-01-02,2\n"


def test_that_the_description_of_a_large_file_has_no_counts(
    tmp_path: Path,
) -> None:
    path = tmp_path / "table.csv"
    path.write_text(long_table(500, 20))
    head, whole = describe(path), load(path).reading
    assert whole is not None
    assert (head.rows, head.items) == (None, None)
    assert (whole.rows, whole.items) == (10_000, 500)
    assert (head.columns, head.frequency, head.layout) == (
        whole.columns,
        whole.frequency,
        whole.layout,
    )
    assert [one.role for one in head.columns] == [Role.ID, Role.TIMESTAMP, Role.TARGET]


def test_that_very_long_lines_are_read_whole(tmp_path: Path) -> None:
    names = [f"series number {number}" for number in range(5_000)]
    path = tmp_path / "wide.csv"
    path.write_text(
        ",".join(["date", *names])
        + "\n"
        + "".join(f"2024-01-0{day}{f',{day}' * 5_000}\n" for day in range(1, 5))
    )
    loaded = load(path)
    assert [one.item_id for one in loaded.series] == names
    np.testing.assert_array_equal(loaded.series[-1].targets, [[1, 2, 3, 4]])


def test_that_series_share_one_array(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(long_table(3, 5))
    first, second, _ = load(path).series
    assert first.targets.base is second.targets.base


def test_that_data_is_imported_without_torch_or_qt() -> None:
    unwanted = {"torch", "chronos", "transformers", "PySide6", "zstandard"}
    code = f"import sys, engine.data; print(sorted({unwanted} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
