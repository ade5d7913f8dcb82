"""A history that chronos-panel 0.1 wrote, opened by this version."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.base.errors import UserError
from engine.benchmark.calls import Phase
from engine.benchmark.comparing import compare_runs
from engine.benchmark.judging.summary import summarise
from engine.benchmark.judging.verdict import judge
from engine.benchmark.kept import keep_run, kept_run
from engine.benchmark.measurements import Run
from engine.benchmark.setup import Side
from engine.history.migrations import VERSION
from engine.history.store import Entry, History

KEPT = Path(__file__).parent / "kept" / "history-0.1.sqlite"
OPENERS = 6

OPEN = """
import sys
from pathlib import Path
from engine.benchmark.kept import kept_run
from engine.history.store import History

sys.stdin.readline()
with History(Path(sys.argv[1])) as history:
    print([len(kept_run(history, entry.id).calls) for entry in history.entries()])
"""

# What version 0.1 reads out of the file.
ENTRIES = [
    Entry(
        2,
        "benchmark",
        "2026-11-28T06:51:21+00:00",
        "a faster",
        "Keep eager: compiled is 0.76x (0.75-0.77). bfloat16 eager would be 1.1x, with forecasts "
        "up to 0.045 of scale apart. Of compiled, the backend aot_eager only captures graphs and "
        "generates no code.",
        "hourly.csv",
    ),
    Entry(
        1,
        "benchmark",
        "2026-11-28T06:50:25+00:00",
        "b faster",
        "Use compiled: compiled is 1.14x (1.13-1.17).",
        "hourly.csv",
    ),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    shutil.copy(KEPT, tmp_path / "history.sqlite")
    return tmp_path / "history.sqlite"


def runs(file: Path) -> tuple[Run, Run]:
    with History(file) as history:
        return kept_run(history, 1), kept_run(history, 2)


def test_that_every_run_is_listed_as_before(file: Path) -> None:
    with History(file) as history:
        assert history.entries() == ENTRIES


def test_that_every_call_is_as_before(file: Path) -> None:
    first, second = (run.calls for run in runs(file))
    assert [len(calls) for calls in (first, second)] == [449, 371]
    assert [sum(one.seconds for one in calls) for calls in (first, second)] == [
        47.667359776000694,
        17.100412491998213,
    ]
    assert [sum(one.at for one in calls) for calls in (first, second)] == [
        22225.59276653795,
        6636.896041968983,
    ]
    assert [sum(one.split.preprocessing for one in calls) for calls in (first, second)] == [
        0.28917480600068757,
        0.2403518030015448,
    ]
    assert [sum(one.split.model for one in calls) for calls in (first, second)] == [
        47.263426439999535,
        16.762501529998985,
    ]
    assert [sum(one.split.postprocessing for one in calls) for calls in (first, second)] == [
        0.05129095599932043,
        0.04420667800059164,
    ]
    assert [sum(one.input for one in calls) for calls in (first, second)] == [1545, 1272]
    assert [sum(one.number for one in calls) for calls in (first, second)] == [44725, 30120]
    assert [sum(one.round for one in calls) for calls in (first, second)] == [21811, 14593]
    assert [sum(one.compiled for one in calls) for calls in (first, second)] == [1, 1]
    last = first[-1]
    assert (last.side, last.phase, last.round) == (Side.BFLOAT16, Phase.STEADY, 104)
    assert (last.at, last.seconds) == (55.560536352999975, 0.019116002000032495)


def test_that_every_figure_is_as_before(file: Path) -> None:
    first, second = map(summarise, runs(file))
    assert first.speed is not None
    assert second.speed is not None
    assert (first.rounds, second.rounds) == (97, 78)
    assert (first.speed.value, first.speed.low, first.speed.high) == pytest.approx(
        (1.1446464611734433, 1.1252243799802537, 1.1683182890076245), rel=1e-12
    )
    assert (second.speed.value, second.speed.low, second.speed.high) == pytest.approx(
        (0.7601180258176167, 0.748697752016876, 0.772910756030493), rel=1e-12
    )
    assert [one.median.value for one in first.sides] == [
        0.021503831500012893,
        0.01928598450001573,
        0.01905554749998828,
    ]
    assert [one.p99 for one in second.sides] == pytest.approx(
        [0.033223495010017805, 0.04358468395001863, 0.027808263650058503], rel=1e-12
    )


def test_that_everything_else_is_as_before(file: Path) -> None:
    run, _ = runs(file)
    assert run.complete
    assert run.ended == "the time was up"
    assert run.machine is not None
    assert (run.machine.cores, run.machine.memory) == (2, 25276502016)
    assert run.conditions is not None
    assert run.conditions.stolen == 0.002214403616512976
    assert [one.difference for one in run.outputs] == [1.6469626140798195e-06, 0.045231096741671035]
    assert [one.model.seconds for one in run.facts] == [
        0.16263248899997507,
        0.16263248899997507,
        0.271478137000031,
    ]
    proof = run.facts[1].proof
    assert proof is not None
    assert (proof.graph_runs, proof.seconds) == (1224, 38.065327)
    assert [config.enabled for config in run.setup.configs] == [False, True]


def test_that_old_runs_can_be_compared_judged_and_kept_again(file: Path) -> None:
    first, second = runs(file)
    found = compare_runs(first, second)
    assert found.change is not None
    assert found.change.differs
    assert found.change.ratio.value == pytest.approx(0.6640635791057928, rel=1e-12)
    assert [one.what for one in found.circumstances] == [
        "CHRONOS_COMPILE_MODE of B",
        "CHRONOS_COMPILE_BACKEND of B",
    ]
    verdict = judge(first, summarise(first))
    assert verdict.answer == "b faster"
    with History(file) as history:
        assert keep_run(history, first, verdict) == 3
        assert kept_run(history, 3) == first


def test_that_the_table_of_single_calls_goes(file: Path) -> None:
    History(file).__exit__(None, None, None)
    connection = sqlite3.connect(file)
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    version = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    assert tables == [("run",)]
    assert version == (VERSION,)


def test_that_processes_that_open_it_at_once_migrate_it_once(file: Path) -> None:
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, file],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(OPENERS)
    ]
    for opener in openers:
        assert opener.stdin is not None
        opener.stdin.write("go\n")
        opener.stdin.flush()
    assert [opener.communicate(timeout=120)[0] for opener in openers] == ["[371, 449]\n"] * OPENERS
    with History(file) as history:
        assert history.entries() == ENTRIES


def old_content(file: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(file)
    try:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        return [
            *connection.execute("SELECT * FROM run"),
            *connection.execute("SELECT * FROM sample"),
        ]
    finally:
        connection.close()


def fill_up(connection: sqlite3.Connection) -> None:
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")


def forbid_writing(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only = 1")


@pytest.mark.parametrize(
    ("hinder", "words"), [(fill_up, "The disk is full"), (forbid_writing, "You may not write")]
)
def test_that_a_disk_that_takes_nothing_leaves_the_old_file_whole(
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    hinder: Callable[[sqlite3.Connection], None],
    words: str,
) -> None:
    before = old_content(file)
    connect = sqlite3.connect

    def hindered(*arguments: object, **options: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)  # type: ignore[call-overload]
        hinder(connection)
        return connection

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", hindered)
        with pytest.raises(UserError, match=words):
            History(file)
    assert old_content(file) == before
    with History(file) as history:
        assert history.entries() == ENTRIES


def test_that_a_damaged_run_hinders_no_other(file: Path) -> None:
    connection = sqlite3.connect(file)
    with connection:
        connection.execute("UPDATE run SET document = '{\"setup\": ' WHERE id = 2")
    connection.close()
    with History(file) as history:
        assert [entry.data for entry in history.entries()] == ["", "hourly.csv"]
        assert len(kept_run(history, 1).calls) == 449
        with pytest.raises(UserError, match="Run 2 of the history is damaged"):
            kept_run(history, 2)


def test_that_infinity_survives(file: Path) -> None:
    connection = sqlite3.connect(file)
    with connection:
        connection.execute("UPDATE run SET document = replace(document, '0.02', 'Infinity')")
    connection.close()
    run, _ = runs(file)
    assert run.setup.margin == float("inf")
