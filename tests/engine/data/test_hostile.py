"""Files that cost time or memory without bound, and options that nothing can be read with."""

import encodings
import gzip
import os
import pkgutil
import resource
import zipfile
from pathlib import Path

import pytest
import zstandard

from engine.base.errors import UserError
from engine.data import ReadOptions, describe, load
from engine.data.options import check_options
from engine.data.tables import head
from tests.measure.abuse.archives import deflate64, encrypted
from tests.support.csv_corpus.cases import PLAIN


def sentence_for(path: Path, options: ReadOptions | None = None) -> str:
    """The sentence that both ways of reading a file give."""
    with pytest.raises(UserError) as error:
        load(path, options or ReadOptions())
    with pytest.raises(UserError) as other:
        describe(path, options or ReadOptions())
    assert error.value.sentence == other.value.sentence
    assert error.value.remedy
    return error.value.sentence


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(PLAIN)
    return path


OF_NAMES_AND_SOURCE = ("idna", "punycode", "unicode_escape", "raw_unicode_escape")


@pytest.mark.parametrize(
    "encoding",
    ["hex", "base64", "zip", "rot13", "uu", "utf-8\0", "x" * 1000, *OF_NAMES_AND_SOURCE],
)
def test_that_a_codec_that_is_no_encoding_of_text_is_refused(table: Path, encoding: str) -> None:
    assert "is unknown" in sentence_for(table, ReadOptions(encoding=encoding))


def python_encodings() -> list[str]:
    """The names of all codecs between text and bytes that come with Python."""
    names = {module.name for module in pkgutil.iter_modules(encodings.__path__)}
    return sorted(name for name in names - {"aliases", "mbcs", "oem"} if is_of_text(name))


def is_of_text(name: str) -> bool:
    try:
        return "é".encode(name).decode(name) == "é"
    except (LookupError, ValueError):
        return False


def test_that_every_other_encoding_of_python_is_accepted() -> None:
    refused = set()
    for name in python_encodings():
        try:
            check_options(ReadOptions(encoding=name))
        except UserError:
            refused.add(name)
    assert refused == set(OF_NAMES_AND_SOURCE)


@pytest.mark.parametrize("pattern", ["%s", "%", "%Y%Y", "%U", "%+", "%-d", "(%Q", "%Y-%m-%d %"])
def test_that_a_format_that_cannot_be_parsed_is_refused(table: Path, pattern: str) -> None:
    assert "cannot be used" in sentence_for(table, ReadOptions(timestamp_format=pattern))


@pytest.mark.parametrize(
    "frequency", ["99999999999999999999h", "10000000000D", "1000000MS", "99999999B", "D" * 5000]
)
def test_that_an_absurd_frequency_is_refused(table: Path, frequency: str) -> None:
    sentence = sentence_for(table, ReadOptions(frequency=frequency))
    assert "is not supported" in sentence
    assert len(sentence) < 1000


@pytest.mark.parametrize("frequency", ["100YS", "36525D", "400QS"])
def test_that_a_frequency_of_a_century_is_possible(table: Path, frequency: str) -> None:
    assert load(table, ReadOptions(frequency=frequency)).series


def test_that_an_archive_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    path = tmp_path / "table.zip"
    path.write_bytes(encrypted(PLAIN.encode()))
    assert sentence_for(path) == "table.zip is encrypted."
    path.write_bytes(deflate64(PLAIN.encode()))
    assert sentence_for(path) == "table.zip is compressed by a method that cannot be read."


def test_that_pipes_and_devices_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), Path("/dev/null")):
        assert sentence_for(path) == f"{path} is a device or a pipe."


def test_that_an_archive_of_too_many_values_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"1,2,3\n" * 200_000) * 60)
    with pytest.raises(UserError, match=r"has 0\.11 MB and expands to more than 6\d MB"):
        load(path)


def test_that_an_archive_of_too_many_bytes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(head, "_EXPANDED", 20_000_000)
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress((b"1,2" + b" " * 1000 + b"\n") * 30_000))
    with pytest.raises(UserError, match="expands to more than 2"):
        load(path)


def test_that_a_constant_column_is_read_however_well_it_compresses(tmp_path: Path) -> None:
    path = tmp_path / "constant.csv.gz"
    rows = (b"shop of the north," + b" " * 60 + b"1.0\n") * 800_000
    path.write_bytes(gzip.compress(b"id,value\n" + rows))
    assert len(rows) > 60_000_000 > 100 * path.stat().st_size
    (series,) = load(path).series
    assert series.length == 800_000


def test_that_a_line_without_an_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("table.csv", b"," * 9_000_000)
    assert sentence_for(path) == "Line 1 of table.zip has more than 5 MB."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_that_a_long_line_far_below_the_head_is_refused_with_its_number(
    tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "table.csv"
    rows = "1,2\n" * 100_000
    path.write_bytes(f"{rows}{'1,' * 7_000_000}\n1,2\n".encode(encoding))
    with pytest.raises(UserError, match=r"Line 100001 of table\.csv has more than 5 MB\."):
        load(path)


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0", "1:00 "])
@pytest.mark.parametrize("place", ["{0}2024-01-02,2", "2024-01-02{0},2", "{0}x,2"])
def test_that_a_field_of_many_blanks_takes_no_longer_than_another(
    tmp_path: Path, blank: str, place: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_text(PLAIN + f"{place.format(blank * 100_000)}\n")
    assert load(path).series  # for ever, where the patterns take quadratic time


@pytest.mark.parametrize("cell", ["", "1", "a", '"'])
def test_that_a_table_of_too_many_columns_is_refused(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text((",".join([cell] * 140_000) + "\n") * 2)
    assert sentence_for(path) == "table.csv has more than 50,000 columns."


def test_that_many_columns_of_numbers_are_read(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("1 " * 20_000 + "\n")
    assert len(load(path)) == 20_000


def test_that_a_zstd_archive_expands_piece_by_piece(tmp_path: Path) -> None:
    path = tmp_path / "table.csv.zst"
    path.write_bytes(zstandard.compress(b"1\n" * 2_500_000) * 400)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UserError, match="expands to more than"):
        load(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_000_000


def test_that_a_sentence_about_long_names_is_short(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"date,{'x' * 50_000}\n2024-01-01,1\n2024-01-02,inf\n2024-01-03,a\n")
    assert len(sentence_for(path, ReadOptions(target_columns=("y",)))) < 500
    for finding in load(path).findings:
        assert len(str(finding)) < 1000
