"""`chronos-panel check`, run as a user runs it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.check.rules.checker import RULES
from engine.check.rules.machine_rules import NATIVE_BFLOAT16
from engine.config.settings import CompileConfig
from tests.support.cli_runner import chronos_panel


def document(*arguments: str | Path, **variables: str) -> tuple[int, dict[str, Any]]:
    done = chronos_panel("check", "--json", *arguments, folder=None, **variables)
    assert not done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout)


def rules(found: dict[str, Any]) -> list[str]:
    return [finding["rule"] for finding in found["findings"]]


def test_that_the_default_passes_with_advice_only() -> None:
    code, found = document()
    assert code == 0
    assert found["passed"] is True
    assert {finding["severity"] for finding in found["findings"]} <= {"advice"}
    assert found["machine"]["torch"]
    assert found["config"]["enabled"] is False


def test_that_warnings_alone_pass() -> None:
    code, found = document("--set", "dtype=bfloat16")
    assert code == 0
    # One fix is offered once: where the CPU only imitates bfloat16, that is what is said.
    features = set(found["machine"]["cpu_features"])
    imitates = bool(features) and not features & NATIVE_BFLOAT16
    assert ("bfloat16-emulated-by-the-cpu" if imitates else "half-precision") in rules(found)


def test_that_an_error_fails() -> None:
    code, found = document("--preset", "production-compiled", TORCH_COMPILE_DISABLE="1")
    assert code == 1
    assert found["passed"] is False
    assert rules(found)[0] == "compilation-disabled"


def test_that_a_device_that_is_not_there_fails_and_one_that_is_no_device_is_bad_input() -> None:
    code, found = document("--device", "cuda:99")
    assert code == 1
    assert "device-not-there" in rules(found)
    done = chronos_panel("check", "--device", "abacus")
    assert done.returncode == 2
    assert "abacus" in done.stderr


def test_that_values_that_are_not_allowed_are_findings(tmp_path: Path) -> None:
    file = tmp_path / "bad.env"
    file.write_text("CHRONOS_COMPILE_MODE=fast\nCHRONOS_DTYPE=fp23\n")
    code, found = document("--env-file", file)
    assert code == 1
    assert [finding["subject"] for finding in found["findings"]] == [
        "CHRONOS_COMPILE_MODE",
        "CHRONOS_DTYPE",
    ]
    done = chronos_panel("check", "--env-file", file)
    assert done.returncode == 1
    assert "'fp23'" in done.stdout
    assert "2 errors" in done.stdout


def test_that_an_env_file_is_checked_with_all_its_variables(tmp_path: Path) -> None:
    file = tmp_path / "production.env"
    file.write_text(
        "TORCH_COMPILED=1\nCHRONOS_COMPILE_MODE=default\nTORCHINDUCTOR_MAX_AUTOTUNE=1\n"
    )
    code, found = document("--env-file", file, CHRONOS_COMPILE_MODE="reduce-overhead")
    assert code == 0
    assert {"autotuning-by-variable", "environment-disagrees"} <= set(rules(found))


def test_that_a_missing_env_file_is_bad_input(tmp_path: Path) -> None:
    done = chronos_panel("check", "--env-file", tmp_path / "none.env")
    assert done.returncode == 2
    assert "none.env" in done.stderr


def test_that_a_fix_given_back_clears_its_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    # The folder of the tests is a temporary one, which no fix names.
    monkeypatch.delenv("XDG_CACHE_HOME")
    options = ("--preset", "production-compiled", "--set", "dynamic=false")
    _, found = document(*options)
    fixes = [finding["fix"] for finding in found["findings"] if finding["fix"]]
    assert {fix["setting"] for fix in fixes} >= {"dynamic", "cache_dir"}
    changes = [f"--set={fix['setting']}={fix['value']}" for fix in fixes]
    _, mended = document(*options, *changes)
    assert not set(rules(mended)) & {"one-graph-per-shape", "cache-dir-relative"}


def test_that_people_read_findings_fixes_and_a_summary() -> None:
    done = chronos_panel("check", "--set", "dtype=float16", "--device", "cpu")
    assert done.returncode == 0
    assert "float16-on-a-cpu" in done.stdout
    assert "Fix: --set dtype=float32" in done.stdout
    assert "0 errors, 1 warning" in done.stdout


def test_that_all_rules_are_explained() -> None:
    done = chronos_panel("check", "--explain")
    assert done.returncode == 0
    assert all(rule.name in done.stdout for rule in RULES)
    explained = json.loads(chronos_panel("check", "--explain", "--json").stdout)
    assert [entry["rule"] for entry in explained] == [rule.name for rule in RULES]
    assert all(entry["why"] and entry["settings"] for entry in explained)


@pytest.mark.parametrize("job", ["Check(config=CompileConfig())", "DescribeMachine()"])
def test_that_what_the_worker_says_does_not_make_its_reader_import_torch(job: str) -> None:
    code = (
        "import sys; from engine.check import job; from engine.runtime.session import Session\n"
        "from engine.config.settings import CompileConfig\n"
        "with Session() as session:\n"
        f"    told = list(session.run(job.{job}))\n"
        "assert type(told[-1]).__name__ == 'Finished', told[-1]\n"
        "assert 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_that_the_check_of_a_configuration_needs_no_torch() -> None:
    code = (
        "import sys; from engine.check.rules.checker import check_config\n"
        "from engine.config.settings import CompileConfig\n"
        "assert check_config(CompileConfig(dtype='float16'))\n"
        "assert 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_that_the_configuration_is_told_as_it_was_judged() -> None:
    _, found = document("--set", "scope=encoder")
    assert found["config"]["scope"] == "encoder"
    assert set(found["config"]) >= {"enabled", "mode", "model"}
    assert CompileConfig(**found["config"]).scope == "encoder"


def test_that_a_file_is_told_its_batches(tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    lines = [f"item {item},{step},{step % 7}" for item in range(3) for step in range(40)]
    data.write_text("id,step,y\n" + "\n".join(lines) + "\n")
    options = ("--preset", "fast-testing", "--batch-size", "2", "--horizon", "8")
    done = chronos_panel("check", data, *options, "--demo")
    assert "Your series make 2 batches of 2 shapes:" in done.stdout, done.stdout + done.stderr
    assert "1 batch of 2 rows x 40 steps, horizon 8: about " in done.stdout
    assert "torch compiles 2 times for them, for tens of seconds each." in done.stdout
    found = json.loads(chronos_panel("check", data, *options, "--demo", "--json").stdout)
    assert [one["shape"]["rows"] for one in found["shapes"]["shapes"]] == [2, 1]
    assert found["shapes"]["compilations"] == 2
