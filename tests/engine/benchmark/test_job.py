"""The rules of asking for a benchmark, the same from the command line and from the window."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from engine.benchmark import command
from engine.benchmark.job import LONGER, TIME_BUDGET, Benchmark
from engine.cli.app import app
from engine.config.presets import PRESETS
from engine.config.settings import CompileConfig
from engine.runtime.job import OTHER_DATA, OTHER_SETTINGS, Job
from tests.support.making import walks

SERIES = walks(2, 64)
EAGER, COMPILED = PRESETS["production_eager"], PRESETS["production_compiled"]


def policies(job: Benchmark) -> tuple[str, str]:
    return job.a.small_value_policy, job.b.small_value_policy


def asked_on_the_command_line(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Benchmark:
    """Return the job that a command runs, without running it."""
    asked: list[Job] = []
    monkeypatch.setattr(command, "run_job", lambda job, *_others, **_options: asked.append(job))
    CliRunner().invoke(app, ["benchmark", "--demo", *arguments])
    (job,) = asked
    assert isinstance(job, Benchmark)
    return job


def test_that_command_line_and_window_compare_forecasts_of_the_same_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert (EAGER.small_value_policy, COMPILED.small_value_policy) == ("keep", "clamp")
    in_the_window = Benchmark.eager_against(EAGER, data=SERIES)
    assert policies(in_the_window) == ("clamp", "clamp")
    assert policies(asked_on_the_command_line(monkeypatch)) == ("clamp", "clamp")


def test_that_command_line_and_window_give_a_benchmark_the_same_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_the_window = Benchmark.eager_against(EAGER, data=SERIES)
    assert in_the_window.time_budget == TIME_BUDGET
    assert asked_on_the_command_line(monkeypatch).time_budget == TIME_BUDGET


def test_that_an_env_file_that_leaves_the_policy_open_takes_that_of_the_other_side(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "my.env"
    file.write_text("TORCH_COMPILED=1\nCHRONOS_SMALL_VALUES=rescale\n")
    job = asked_on_the_command_line(monkeypatch, "--b", str(file))
    assert policies(job) == ("rescale", "rescale")


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (EAGER, EAGER, ("keep", "keep")),
        (EAGER, COMPILED, ("clamp", "clamp")),
        (COMPILED, EAGER, ("clamp", "clamp")),
        (EAGER, COMPILED.replace(small_values="rescale"), ("rescale", "rescale")),
        (EAGER.replace(small_values="keep"), COMPILED, ("keep", "keep")),
        (
            EAGER.replace(small_values="keep"),
            COMPILED.replace(small_values="clamp"),
            ("keep", "clamp"),
        ),
    ],
)
def test_that_a_side_that_leaves_the_policy_open_takes_that_of_the_other(
    a: CompileConfig, b: CompileConfig, expected: tuple[str, str]
) -> None:
    job = Benchmark(a=a, b=b, data=SERIES)
    assert policies(job) == expected
    assert dataclasses.replace(job) == job


def test_that_eager_against_a_configuration_differs_in_compiling_alone() -> None:
    for config in (EAGER, COMPILED):
        job = Benchmark.eager_against(config, data=SERIES, horizon=12)
        assert (job.a.enabled, job.b.enabled, job.horizon) == (False, True, 12)
        same = {"enabled": True, "small_values": "clamp"}
        assert job.a.replace(**same) == job.b.replace(**same)


def test_that_a_longer_benchmark_differs_in_its_time_alone() -> None:
    job = Benchmark.eager_against(COMPILED, data=SERIES)
    assert job.longer().time_budget == LONGER * TIME_BUDGET
    assert dataclasses.replace(job.longer(), time_budget=TIME_BUDGET) == job


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ""),
        ({"time_budget": 1000.0}, ""),
        ({"data": walks(2, 64)}, ""),
        ({"data": walks(3, 64)}, OTHER_DATA),
        ({"horizon": 12}, OTHER_SETTINGS),
        ({"b": COMPILED.replace(scope="encoder")}, OTHER_SETTINGS),
        ({"margin": 0.1}, OTHER_SETTINGS),
    ],
)
def test_that_a_result_is_outdated_by_other_data_or_settings_but_not_by_its_time(
    changes: dict[str, Any], why: str
) -> None:
    job = Benchmark.eager_against(COMPILED, data=SERIES)
    assert job.outdated(dataclasses.replace(job, **changes)) == why
