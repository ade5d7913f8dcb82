"""Real files, real processes that write to them at once, and real faults."""

import dataclasses
import math
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.base.codec import pack
from engine.base.errors import UserError
from engine.benchmark.calls import ScalePoint
from engine.benchmark.comparing import compare_runs
from engine.benchmark.judging.summary import summarise
from engine.benchmark.judging.verdict import Verdict, judge
from engine.benchmark.kept import KIND, keep_run, kept_run
from engine.benchmark.measurements import OutputCheck, Run, SideFacts
from engine.benchmark.setup import Side
from engine.history.migrations import VERSION
from engine.history.store import History, StoredRun
from engine.results.judgement import Status
from tests.support.making_runs import MODEL, PROOF, SETUP, alternating_calls, complete_run

WRITERS = 4
RUNS_EACH = 5

WRITE = f"""
import sys
from pathlib import Path
from engine.benchmark.judging.summary import summarise
from engine.benchmark.judging.verdict import judge
from engine.benchmark.kept import keep_run
from engine.history.store import History
from tests.support.making_runs import complete_run

run = complete_run()
verdict = judge(run, summarise(run))
sys.stdin.readline()
for _ in range({RUNS_EACH}):
    with History(Path(sys.argv[1])) as history:
        keep_run(history, run, verdict)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "history.sqlite"


def verdict() -> Verdict:
    run = complete_run()
    return judge(run, summarise(run))


def test_that_a_run_comes_back_as_it_was(file: Path) -> None:
    scaling = (ScalePoint(Side.A, 8, 256, float("inf"), 3),)
    run = complete_run(scaling=scaling)
    with History(file) as history:
        number = keep_run(history, run, verdict())
    with History(file) as history:
        assert kept_run(history, number) == run
        (entry,) = history.entries()
        assert entry.data == run.setup.data
    assert (entry.id, entry.began) == (number, SETUP.began)
    assert entry.sentence == verdict().sentence


def test_that_a_run_that_is_not_there_is_a_sentence(file: Path) -> None:
    with History(file) as history, pytest.raises(UserError, match="no run 7"):
        history.run(7)


def test_that_processes_that_write_at_once_lose_nothing(file: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITE, file], stdin=subprocess.PIPE, text=True)
        for _ in range(WRITERS)
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.close()
    assert [writer.wait(timeout=60) for writer in writers] == [0] * WRITERS
    with History(file) as history:
        entries = history.entries()
        assert len(entries) == WRITERS * RUNS_EACH
        assert all(kept_run(history, entry.id) == complete_run() for entry in entries)


def test_that_a_file_of_a_newer_version_is_left_as_it_is(file: Path) -> None:
    with History(file) as history:
        keep_run(history, complete_run(), verdict())
    with sqlite3.connect(file) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    content = file.read_bytes()
    with pytest.raises(UserError, match="A newer version of this program wrote the history"):
        History(file)
    assert file.read_bytes() == content
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_that_a_full_disk_is_a_sentence_and_keeps_what_was_there(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with History(file) as history:
        number = keep_run(history, complete_run(), verdict())
    connect = sqlite3.connect

    def connect_to_full_disk(*arguments: object, **options: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)  # type: ignore[call-overload]
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect_to_full_disk)
    with History(file) as history:
        with pytest.raises(UserError, match="disk is full"):
            keep_run(history, complete_run(rounds=2000), verdict())
        assert [entry.id for entry in history.entries()] == [number]
        assert kept_run(history, number) == complete_run()


def test_that_a_file_of_something_else_is_a_sentence_and_stays(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("my notes, " * 20)
    with pytest.raises(UserError, match="is not a history"):
        History(file)
    assert file.read_text() == "my notes, " * 20


def test_that_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(UserError, match="cannot be kept"):
        History(tmp_path / "data" / "history.sqlite")


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b"", "is damaged"),
        (b"{", "is damaged"),
        (pack({"setup": {"names": ["a", "b"]}}), r"is damaged: .*`configs` - at `\$\.setup`"),
        (pack({"setup": 3}), r"is damaged: .* - at `\$\.setup`"),
    ],
)
def test_that_what_cannot_be_read_back_is_an_error_and_not_a_guess(
    file: Path, document: bytes, words: str
) -> None:
    with History(file) as history:
        number = history.add(StoredRun(KIND, 1, SETUP.began, "b faster", "Fine.", "", document))
        with pytest.raises(UserError, match=words):
            kept_run(history, number)


@pytest.mark.parametrize(
    ("good", "bad", "words"),
    [
        (b"reduce-overhead", b"reduce-overheat", r"at `\$\.setup\.configs\[0\]\.mode`"),
        (b"\xa4demo", b"\xa4    ", r"model is '    ', which is blank"),
    ],
)
def test_that_settings_that_are_not_allowed_are_damage(
    file: Path, good: bytes, bad: bytes, words: str
) -> None:
    with History(file) as history:
        stored = history.run(keep_run(history, complete_run(), verdict()))
        broken = stored.document.replace(good, bad)
        number = history.add(dataclasses.replace(stored, document=broken))
        with pytest.raises(UserError, match=rf"Run {number} of the history is damaged: .*{words}"):
            kept_run(history, number)


def test_that_a_run_of_another_kind_or_of_a_newer_version_is_a_sentence(file: Path) -> None:
    with History(file) as history:
        stored = history.run(keep_run(history, complete_run(), verdict()))
        tune = history.add(dataclasses.replace(stored, kind="tune"))
        newer = history.add(dataclasses.replace(stored, version=99))
        with pytest.raises(UserError, match=f"Run {tune} of the history is a tune, not a benchm"):
            kept_run(history, tune)
        with pytest.raises(UserError, match=f"A newer version of this program kept run {newer}"):
            kept_run(history, newer)


def test_that_what_is_not_finite_comes_back_as_it_was(file: Path) -> None:
    scaling = (ScalePoint(Side.A, 8, 256, math.nan, 3), ScalePoint(Side.A, 8, 256, -math.inf, 3))
    with History(file) as history:
        number = keep_run(history, complete_run(scaling=scaling), verdict())
        first, second = (one.seconds for one in kept_run(history, number).scaling)
    assert math.isnan(first)
    assert second == -math.inf


def test_that_the_same_machine_on_another_day_does_not_differ() -> None:
    first = complete_run()
    noise = np.exp(np.random.default_rng(5).normal(0, 0.01, 240))
    second = dataclasses.replace(first, calls=tuple(alternating_calls(0.01 * noise, 1.3)))
    found = compare_runs(first, second)
    assert found.change is not None
    assert not found.change.differs
    assert found.sentence == "The runs do not differ."


def test_that_a_change_is_named_with_what_else_was_different() -> None:
    later = complete_run(1.1)
    configs = (later.setup.configs[0], later.setup.configs[1].replace(scope="encoder"))
    later = dataclasses.replace(later, setup=dataclasses.replace(later.setup, configs=configs))
    found = compare_runs(complete_run(1.3), later)
    assert found.sentence.startswith(
        "The runs differ: the later speed of compiled relative to eager is 0.85 times the earlier "
        "one (95 % interval "
    )
    assert found.sentence.endswith(" Also different: CHRONOS_COMPILE_SCOPE of B.")


def test_that_noise_is_not_taken_for_equality() -> None:
    first = complete_run()
    noise = np.exp(np.random.default_rng(5).normal(0, 0.5, 240))
    found = compare_runs(
        first, dataclasses.replace(first, calls=tuple(alternating_calls(0.01 * noise, 1.3)))
    )
    assert found.change is not None
    assert not found.change.differs
    assert found.sentence == "Too noisy to tell whether the runs differ."


def with_setup(run: Run, **changes: Any) -> Run:
    return dataclasses.replace(run, setup=dataclasses.replace(run.setup, **changes))


def test_that_the_earlier_of_two_runs_is_the_one_that_began_before() -> None:
    first, second = complete_run(1.3), with_setup(complete_run(1.1), began="2026-02-01T12:00+00:00")
    for runs in ((first, second), (second, first)):
        found = compare_runs(*runs).change
        assert found is not None
        assert found.ratio.value == pytest.approx(1.1 / 1.3, rel=0.02)


def test_that_times_of_calls_are_reported_and_not_judged() -> None:
    first = complete_run(1.3, noise=0.0)
    slower = dataclasses.replace(first, calls=tuple(alternating_calls(np.full(240, 0.02), 1.3)))
    found = compare_runs(first, slower)
    assert found.sentence == "The runs do not differ."
    assert [(one.what, one.earlier, one.later) for one in found.times] == [
        ("time of a call of eager", "10 ms", "20 ms"),
        ("time of a call of compiled", "7.69 ms", "15.4 ms"),
    ]


FELL_BACK = (
    SideFacts(Side.A, MODEL),
    SideFacts(Side.B, MODEL, PROOF, fallback="No compiler.", fallback_call=3),
)
FAR_APART = OutputCheck(Side.B, Status.FAIL, "Far apart.", 1.0)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            complete_run(facts=FELL_BACK),
            "run has no verdict: ratios are not comparable. compiled fell",
        ),
        (
            complete_run(outputs=(OutputCheck(Side.B, Status.FAIL, "Far apart.", 1.0),)),
            "no verdict",
        ),
        (complete_run(failure="The worker died.", complete=False), "The worker died."),
        (
            complete_run(rounds=30, complete=False, ended=""),
            "A run that is stopped decides nothing.",
        ),
        (complete_run(calls=()), "no verdict"),
        (
            with_setup(complete_run(), data="other.csv"),
            "Different data or shape: ratios are not comparable.",
        ),
    ],
)
def test_that_what_has_no_verdict_or_another_subject_is_not_compared(
    changed: Run, words: str
) -> None:
    for runs in ((complete_run(), changed), (changed, complete_run()), (changed, changed)):
        if words.startswith("Different data") and runs == (changed, changed):
            continue
        found = compare_runs(*runs)
        assert found.change is None
        assert words in found.sentence
