"""From a CSV file to a verdict, a report and a history, through the installed command."""

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest

from tests.support.cli_runner import COMMAND, chronos_panel

SAMPLES = Path(__file__).parents[2] / "resources" / "samples"
QUICK = ("--no-starts", "--time-budget", "1", "--horizon", "8", "--context-length", "64")


@pytest.fixture(autouse=True)
def own_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use a history of the test's own, and one thread, because threads wait on a busy machine."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def test_that_a_run_is_shown_reported_kept_compared_and_exported(
    tmp_path: Path,
) -> None:
    mine = tmp_path / "my.env"
    done = chronos_panel("export", "--preset", "safest", "--demo", "--output", mine)
    assert done.returncode == 0, done.stderr
    page, report = tmp_path / "report.html", tmp_path / "report.md"
    for _ in range(2):
        done = chronos_panel(
            "benchmark",
            SAMPLES / "hourly.csv",
            "--a",
            "production-eager",
            "--b",
            mine,
            *QUICK,
            "--json",
            "--html",
            page,
            "--markdown",
            report,
        )
        assert done.returncode in {0, 1}, done.stderr
    document = json.loads(done.stdout)
    assert document["history"] == 2
    assert document["run"]["complete"]
    assert document["run"]["setup"]["names"] == ["production-eager", "my.env"]
    assert document["verdict"]["sentence"] in report.read_text().replace("\\", "")
    assert page.read_text().count("<svg") >= 2
    assert "http" not in page.read_text()

    listed = json.loads(chronos_panel("history", "list", "--json").stdout)
    assert [entry["id"] for entry in listed] == [2, 1]
    shown = chronos_panel("history", "show", "2")
    assert document["verdict"]["sentence"] in shown.stdout
    compared = json.loads(chronos_panel("history", "compare", "1", "2", "--json").stdout)
    assert len(compared["times"]) == 2
    # Whether other programs used the machine is up to them: the suite runs two tests at a time.
    assert {one["what"] for one in compared["circumstances"]} <= {"other programs"}

    for name in ("run.json", "run.csv", "run.md", "run.html"):
        done = chronos_panel("history", "export", "2", tmp_path / name)
        assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "run.json").read_text())["run"] == document["run"]
    lines = (tmp_path / "run.csv").read_text().splitlines()
    assert len(lines) == 1 + len(document["run"]["calls"])


def test_that_a_history_that_cannot_be_kept_costs_no_result(
    tmp_path: Path,
) -> None:
    (tmp_path / "data").write_text("in the way")
    done = chronos_panel("benchmark", "--demo", "--b", "safest", *QUICK)
    assert done.returncode in {0, 1}
    assert "The run was not kept." in done.stderr
    assert "Traceback" not in done.stderr
    assert "Speed of safest relative to production-eager" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["benchmark"], "There is no file to forecast"),
        (["benchmark", "--demo", "--b", "fastest"], "neither a preset nor a file"),
        (["benchmark", "--demo", "--margin", "2"], "margin"),
        (["benchmark", "nowhere.csv"], "nowhere.csv"),
        (["benchmark", "--demo", "--html", "no/folder.html"], "does not exist"),
        (["history", "show", "9"], "no run 9"),
        (["history", "export", "9", "run.pdf"], "no run 9"),
    ],
)
def test_that_bad_input_is_a_sentence_and_exit_code_two(
    arguments: list[str], words: str, tmp_path: Path
) -> None:
    done = chronos_panel(*arguments, folder=tmp_path)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let commands be interrupted even if the tests were started with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupted(seconds: float) -> tuple[int, str, str]:
    """Return exit code, output and messages of a benchmark that is interrupted after a time."""
    options = ["--b", "safest", "--no-starts", "--margin", "0.001", "--time-budget", "600"]
    with subprocess.Popen(
        [COMMAND, "benchmark", "--demo", "--json", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        sleep(seconds)
        process.send_signal(signal.SIGINT)
        printed, messages = process.communicate(timeout=20)
    return process.returncode, printed, messages


@pytest.mark.usefixtures("interruptible")
def test_that_an_interrupt_shows_and_keeps_what_was_measured() -> None:
    # How long it takes to the first call depends on what else the machine does.
    for seconds in (10, 20, 60):
        code, printed, messages = interrupted(seconds)
        assert code == 130, messages
        if printed:
            break
    document = json.loads(printed)
    assert document["verdict"]["sentence"].startswith("The run stopped early.")
    assert document["run"]["calls"]
    assert document["history"] == 1


@pytest.mark.slow
def test_that_the_demonstration_ends_with_a_verdict() -> None:
    done = chronos_panel("benchmark", "--demo", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert [start["cache"] for start in document["run"]["starts"]] == ["none", "cold", "warm"]
    cold, warm = document["run"]["starts"][1:]
    assert cold["compiling"] > warm["compiling"]
    assert document["verdict"]["answer"] != "refused"


@pytest.mark.slow
def test_that_other_shapes_are_timed_on_request() -> None:
    done = chronos_panel("benchmark", "--demo", "--b", "safest", *QUICK, "--scaling", "--json")
    document = json.loads(done.stdout)
    shapes = {(point["items"], point["steps"]) for point in document["run"]["scaling"]}
    assert {(1, 256), (8, 256), (1, 1024)} <= shapes
    assert {growth["over"] for growth in document["summary"]["growth"]} == {"batch", "context"}
