"""Exporters: the suffix of a file's name chooses the format, in one place for every result."""

import csv
import dataclasses
import io
import json
from pathlib import Path

import pytest

from engine.base.errors import UserError
from engine.benchmark.exports import EXPORTERS as BENCHMARK
from engine.benchmark.exports.calls_csv import COLUMNS
from engine.benchmark.outcome import Judged
from engine.config.env_dialects import Dialect
from engine.config.presets import PRESETS
from engine.reports.exporter import Exporter, exporter_for, name_filters, write
from engine.reports.settings.env_file import env_file_exporter
from engine.reports.settings.json import JSON as SETTINGS_JSON
from engine.reports.settings.shell_lines import SHELL_LINES
from engine.validation.exports import EXPORTERS as VALIDATION
from tests.support.making_runs import SETUP, complete_run

UPPER: Exporter[str] = Exporter("Text", (".txt", ".text"), str.upper)
BINARY: Exporter[str] = Exporter("Bytes", (".bin",), str.encode)
BOTH = (UPPER, BINARY)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.txt", b"HELLO"), ("a.TEXT", b"HELLO"), ("a.bin", b"hello"), ("a.txt.bin", b"hello")],
)
def test_that_the_suffix_chooses_the_format(tmp_path: Path, name: str, content: bytes) -> None:
    write(exporter_for(BOTH, tmp_path / name), "hello", tmp_path / name)
    assert (tmp_path / name).read_bytes() == content


@pytest.mark.parametrize("name", ["a", "a.pdf", ".txt", "txt", "a.txt~"])
def test_that_a_name_with_another_suffix_is_refused_and_the_suffixes_are_named(name: str) -> None:
    with pytest.raises(UserError) as refused:
        exporter_for(BOTH, Path("/somewhere") / name)
    assert str(refused.value) == (
        f"The name {name} does not say which format to write. "
        "Choose a name that ends with .txt or .bin."
    )


def test_that_one_format_is_named_alone_and_three_with_commas() -> None:
    with pytest.raises(UserError, match=r"ends with \.txt\.$"):
        exporter_for((UPPER,), Path("a"))
    with pytest.raises(UserError, match=r"ends with \.html, \.md or \.json\.$"):
        exporter_for(VALIDATION, Path("a"))


def test_that_a_file_dialog_offers_every_format() -> None:
    assert name_filters(BOTH) == "Text (*.txt);;Bytes (*.bin)"
    assert name_filters(VALIDATION) == "HTML page (*.html);;Markdown (*.md);;JSON (*.json)"
    assert name_filters(BENCHMARK) == (
        "HTML page (*.html);;Markdown (*.md);;JSON (*.json);;Calls as CSV (*.csv)"
    )


def test_that_a_render_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    def fail(_result: str) -> str:
        raise UserError("There is nothing yet.")

    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(UserError, match="nothing yet"):
        write(Exporter("Text", (".txt",), fail), "new", tmp_path / "a.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"


@pytest.mark.parametrize("name", ["a,b.env", 'quoted "a".env', "two\nlines.env"])
def test_that_no_name_of_a_side_shifts_the_columns_of_the_calls(tmp_path: Path, name: str) -> None:
    run = dataclasses.replace(
        complete_run(), setup=dataclasses.replace(SETUP, names=(name, "plain.env"))
    )
    path = tmp_path / "calls.csv"
    write(exporter_for(BENCHMARK, path), Judged.of(run), path)
    rows = list(csv.reader(io.StringIO(path.read_text())))
    assert tuple(rows[0]) == COLUMNS
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert {row[1] for row in rows[1:]} == {name, "plain.env"}
    times = [float(row[COLUMNS.index("seconds")]) for row in rows[1:]]
    assert times == pytest.approx([one.seconds for one in run.calls], rel=1e-8)


def test_that_every_format_of_a_benchmark_is_written(tmp_path: Path) -> None:
    judged = Judged.of(complete_run())
    for exporter in BENCHMARK:
        path = tmp_path / f"benchmark{exporter.suffixes[0]}"
        write(exporter_for(BENCHMARK, path), judged, path)
    sentence = judged.verdict.sentence
    document = json.loads((tmp_path / "benchmark.json").read_text())
    assert list(document) == ["run", "summary", "verdict"]
    assert document["verdict"]["sentence"] == sentence
    assert len(document["run"]["calls"]) == len(judged.run.calls)
    assert "<svg" in (tmp_path / "benchmark.html").read_text()
    assert "# Benchmark of two configurations" in (tmp_path / "benchmark.md").read_text()


def test_that_settings_are_written_as_variables(tmp_path: Path) -> None:
    config = PRESETS["production_compiled"].replace(cache_dir="/a b/it's")
    for exporter in (env_file_exporter(Dialect.BASH), SHELL_LINES, SETTINGS_JSON):
        write(exporter, config, tmp_path / f"chronos{exporter.suffixes[0]}")
    assert json.loads((tmp_path / "chronos.json").read_text()) == {"variables": config.to_env()}
    line = """TORCHINDUCTOR_CACHE_DIR='/a b/it'"'"'s'"""
    assert line in (tmp_path / "chronos.env").read_text().splitlines()
    assert f"export {line}" in (tmp_path / "chronos.sh").read_text().splitlines()
