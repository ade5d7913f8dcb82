"""One damaged run does not hide the others."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from engine.base.errors import UserError
from engine.benchmark.judging.summary import summarise
from engine.benchmark.judging.verdict import judge
from engine.benchmark.kept import keep_run, kept_run
from engine.history.store import History
from tests.support.making_runs import complete_run

ADD = """
import resource, sys
from pathlib import Path
from engine.base.errors import UserError
from engine.history.store import History, StoredRun

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    with History(Path(sys.argv[1])) as history:
        history.add(StoredRun("benchmark", 2, "", "", "", "", bytes(1_000_000)))
except UserError as error:
    print(error)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "history.sqlite"
    run = complete_run()
    with History(path) as history:
        for _ in range(2):
            keep_run(history, run, judge(run, summarise(run)))
    return path


def damage(file: Path, change: str, *values: object) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute(f"UPDATE run SET {change} WHERE id = 1", values)  # noqa: S608 - of these tests
    connection.close()


def test_that_a_text_that_is_not_utf_8_hides_no_run(file: Path) -> None:
    damage(file, "sentence = CAST(? AS TEXT)", b"\xff\xfe")
    with History(file) as history:
        later, earlier = history.entries()
        assert earlier.sentence == "\ufffd\ufffd"
        assert kept_run(history, later.id) == complete_run()


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"\xff" * 100,
        b"\x91" * 100_000,
        b"\x81\xa1a" * 100_000 + b"\xc0",
        b"\x81\xa1a" * 400 + b"\xc0",
        b"\x81\xa1a" * 900 + b"\xc0",
        msgspec.msgpack.encode({"setup": {"data": 2**63}}),
    ],
)
@pytest.mark.parametrize("version", [1, 2])
def test_that_a_damaged_document_is_a_sentence(file: Path, document: bytes, version: int) -> None:
    damage(file, "document = ?, version = ?", document, version)
    with History(file) as history:
        with pytest.raises(UserError, match="Run 1 of the history is damaged"):
            kept_run(history, 1)
        assert kept_run(history, 2) == complete_run()


@pytest.mark.parametrize("version", [0, -1, 2**62])
def test_that_an_impossible_version_is_a_sentence(file: Path, version: int) -> None:
    damage(file, "version = ?", version)
    with History(file) as history, pytest.raises(UserError, match=r"(?i)run 1 of the history"):
        kept_run(history, 1)


def test_that_a_limit_on_the_size_of_files_is_a_sentence(file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ADD, file], capture_output=True, text=True, check=True, timeout=60
    )
    assert "could not be" in done.stdout
    assert "ulimit -f" in done.stdout
    with History(file) as history:
        assert len(history.entries()) == 2
