"""`chronos-panel validate`, from a file to reports and an exit code."""

import json
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np
import psutil
import pytest

from engine.validation.suite.scenarios import scenarios
from tests.support.cli_runner import COMMAND, chronos_panel
from tests.support.random_models import TINY, save_random_model


@pytest.fixture(scope="module")
def device(request: pytest.FixtureRequest) -> str:
    return str(request.config.getoption("--device"))


def returns_file(folder: Path) -> Path:
    """Write two items of daily returns, many of them smaller than 0.001."""
    generator = np.random.default_rng(1)
    lines = ["item,day,return"]
    days = np.arange("2024-01-01", "2024-05-01", dtype="datetime64[D]")
    for item in ("abc", "xyz"):
        lines += [
            f"{item},{day},{value:.6f}"
            for day, value in zip(days, generator.normal(0, 0.002, len(days)), strict=True)
        ]
    (folder / "returns.csv").write_text("\n".join(lines) + "\n")
    return folder / "returns.csv"


class Tags(HTMLParser):
    """Counts the elements of a page, and lists the links that it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.count: dict[str, int] = {}
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1
        self.loaded += [str(value) for name, value in attrs if name in {"src", "href"}]


def test_that_the_whole_suite_runs_reports_and_can_be_replayed(tmp_path: Path) -> None:
    page, text, baseline = tmp_path / "r.html", tmp_path / "r.md", tmp_path / "r.baseline"
    case, model = tmp_path / "case.json", tmp_path / "model"
    save_random_model(model, **TINY)
    done = chronos_panel(
        "validate",
        returns_file(tmp_path),
        "--horizon",
        "7",
        "--preset",
        "fast-testing",
        *("--model", model),
        "--json",
        *("--html", page, "--markdown", text, "--save-baseline", baseline, "--save-case", case),
    )
    document = json.loads(done.stdout)
    found = {result["check"]: result["status"] for result in document["checks"]}
    # Two things warn: clamp changes forecasts, and the backend generates no code.
    assert done.returncode == 0, done.stderr
    assert document["status"] == "warn"
    assert found["small values in your data"] == "warn"
    assert {check for check, status in found.items() if status != "pass"} == {
        "small values",
        "small values in your data",
        "compiled code ran",
        "horizon of 64 and of 16",
    }
    assert found["small values"] == "noted"
    assert {one.check for one in scenarios()} <= set(found)
    assert {"series abc", "series xyz", "all series", "compiled code ran", "fallback"} <= set(found)
    accuracy = next(
        result for result in document["checks"] if result["check"] == "accuracy on the holdout"
    )
    kept = "eager with small values kept"
    assert set(accuracy["scores"]) == {"eager", "configured", "seasonal naive", kept}
    assert document["proof"]["uncompiled_calls"] == 0
    assert "context 1–2,048" in document["coverage"]
    assert "Tested with your data: 1 batch (2 rows x 114 steps, horizon 7)." in document["coverage"]
    tags = Tags(page.read_text())
    assert tags.count["svg"] >= 6
    assert "script" not in tags.count
    assert tags.loaded == []
    assert all(check in text.read_text() for check in found)
    replay = chronos_panel("validate", "--replay", case, "--json", "--against", baseline)
    assert replay.returncode == 2
    replay = chronos_panel("validate", "--replay", case, "--json")
    again = json.loads(replay.stdout)
    assert replay.returncode == 0, replay.stderr
    recorded = json.loads(case.read_text())
    assert again["checks"][0]["check"] == recorded["check"]
    assert again["checks"][0]["sentence"] == recorded["sentence"]
    assert again["config"] == document["config"]
    assert_that_a_lost_report_fails_a_run_that_passes(case, tmp_path)


def assert_that_a_lost_report_fails_a_run_that_passes(case: Path, folder: Path) -> None:
    """Remove the folder of a report while the validation runs."""
    gone, kept = folder / "reports" / "r.html", folder / "kept.md"
    gone.parent.mkdir()
    pages = ("--html", gone, "--markdown", kept)
    command = [str(part) for part in (COMMAND, "validate", "--replay", case, *pages)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        while process.poll() is None and not psutil.Process(process.pid).children():
            sleep(0.02)
        gone.parent.rmdir()
        errors = process.communicate(timeout=120)[1]
    assert process.returncode == 1, errors
    assert f"The folder {gone.parent} does not exist" in errors
    assert f"Wrote the report to {kept}." in errors
    assert kept.exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["no-such.csv"], "There is no file"),
        (["--replay", "no-such.json"], "There is no file"),
        (["--replay", "x.json", "--horizon", "3"], "cannot combine --replay with --horizon"),
        (["--html", "no/such/folder/r.html"], "does not exist"),
        (["--against", "no-such.baseline"], "There is no file"),
        (["--preset", "fastest"], "There is no preset"),
    ],
)
def test_that_bad_input_is_refused_before_the_work_begins(
    arguments: list[str], sentence: str
) -> None:
    done = chronos_panel("validate", "--demo", *arguments)
    assert done.returncode == 2, done.stderr
    assert sentence in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["production-compiled", "fast-testing", "production-eager"])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_that_each_preset_is_safe_on_this_machine(
    preset: str, dtype: str, device: str, tmp_path: Path
) -> None:
    baseline, model = tmp_path / "baseline", tmp_path / "model"
    save_random_model(model, **TINY)

    def validate(*arguments: str | Path) -> tuple[int, Any]:
        done = chronos_panel(
            *("validate", "--model", model, "--json", "--device", device),
            *("--preset", preset, "--set", f"dtype={dtype}", *arguments),
        )
        return done.returncode, json.loads(done.stdout)

    code, document = validate("--save-baseline", baseline)
    assert code == 0, document["verdict"]
    # fast-testing generates no code, so a warning is its best status.
    exact = dtype == "float32" and preset != "fast-testing"
    assert document["status"] == ("pass" if exact else "warn")
    code, document = validate("--against", baseline)
    assert code == 0, document["verdict"]
    moved = [result for result in document["checks"] if result["group"] == "against the baseline"]
    assert len(moved) > 20
    assert {result["status"] for result in moved} <= {"pass", "noted"}
