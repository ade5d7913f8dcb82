"""`chronos-panel compile` from outside, and the artifact that it writes, in fresh processes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.base.errors import UserError
from engine.compilation import run
from engine.compilation.events import ArtifactMade
from engine.compilation.job import CompileAhead
from engine.config.settings import CompileConfig
from engine.model.artifacts import making
from engine.model.artifacts.manifest import CODE, MANIFEST, read_manifest
from engine.model.artifacts.writing import require_folder
from engine.model.rewrites.block import FusedBlock
from engine.results.judgement import Status
from engine.runtime.context import JobContext
from engine.runtime.events import Event
from tests.support.checkpoints import make_tiny
from tests.support.cli_runner import chronos_panel

FUSED = ("--set", "encoder=fused")


@pytest.mark.parametrize(
    ("arguments", "compiler", "words"),
    [
        ((), "", "only the fused one is compiled ahead of time. Add --set encoder=fused."),
        ((*FUSED, "--set", "quantization=int8"), "", "The quantization is int8"),
        (FUSED, "/no/compiler", "There is no C++ compiler"),
    ],
)
def test_that_what_cannot_be_compiled_is_a_sentence(
    arguments: tuple[str, ...], compiler: str, words: str, tmp_path: Path
) -> None:
    folder = tmp_path / "artifact"
    done = chronos_panel("compile", "--output", folder, *arguments, CXX=compiler)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert not folder.exists()


def test_that_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("Dear diary")
    with pytest.raises(UserError, match="holds files that are no artifact, such as diary"):
        require_folder(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["diary.txt"]


def test_that_a_folder_of_others_gets_no_code(shared: Path) -> None:
    with pytest.raises(UserError, match="Other users may write to"):
        require_folder(shared)


def test_that_an_interrupted_compile_can_be_repeated(tmp_path: Path) -> None:
    for name in (CODE, ".0123456789abcdef.tmp"):
        (tmp_path / name).write_bytes(b"half")
    tmp_path.chmod(0o700)
    require_folder(tmp_path)


@pytest.mark.slow
def test_that_code_that_fails_its_validation_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(block: FusedBlock, *arguments: Any) -> Any:
        norm: Any = block.feed_forward.norm
        epsilon, norm.variance_epsilon = norm.variance_epsilon, 0.1
        try:
            return making.compile_functions(block, *arguments)
        finally:
            norm.variance_epsilon = epsilon

    monkeypatch.setattr(run, "compile_functions", wrong)
    config = CompileConfig(model=str(make_tiny(tmp_path / "model")), encoder="fused")
    folder, events = tmp_path / "artifact", list[Event]()
    run.run(CompileAhead(config=config, output=folder, device="cpu"), JobContext(events.append))
    (made,) = [event for event in events if isinstance(event, ArtifactMade)]
    assert (made.folder, made.status) == (None, Status.FAIL)
    assert "Do not use this configuration." in made.verdict
    assert not list(folder.iterdir())


FORECAST = """
import json

from engine import load_forecaster
from engine.model.forecaster import Forecaster
from tests.support.forecasting import largest_gap
from tests.support.making import table, walks
from torch._dynamo.utils import counters

ahead = load_forecaster()
eager = Forecaster(ahead.model, ahead.config.replace(enabled=False), lambda _event: None)
tables = [
    table(items, targets=targets, past=past, known=known, missing=missing)
    for items in (1, 2, 7)
    for targets, past, known in ((1, 0, 0), (3, 0, 0), (2, 1, 2))
    for missing in (False, True)
]
tables += [walks(1, 1), walks(1, 16), walks(2, 3000), walks(70, 40)]
gaps = [largest_gap(ahead, eager, one, horizon) for one in tables for horizon in (1, 24, 100)]
proof = ahead.proof()
print(json.dumps({
    "compiled": proof is not None and proof.compiled_code_ran,
    "gap": max(gaps),
    "graphs": sum(counters["stats"].values()),
    "cause": ahead.fallback_cause,
}))
"""


def forecast_in_a_fresh_process(config: CompileConfig) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORECAST],
        env={**os.environ, **config.to_env()},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dtype", "attention", "limit"),
    [("float32", "eager", 1e-6), ("bfloat16", "eager", 0.05), ("float32", "sdpa", 1e-6)],
)
def test_that_an_artifact_forecasts_in_a_fresh_process_without_compiling(
    dtype: str, attention: str, limit: float, tmp_path: Path
) -> None:
    model = make_tiny(tmp_path / "model")
    config = CompileConfig(
        enabled=True,
        model=str(model),
        encoder="fused",
        small_values="keep",
        artifact=str(tmp_path / "artifact"),
    ).replace(dtype=dtype, attention=attention)
    file = tmp_path / "my.env"
    file.write_text("".join(f"{name}={text}\n" for name, text in config.to_env().items()))
    done = chronos_panel("compile", "--env-file", file, "--output", config.artifact, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["folder"] == config.artifact
    manifest = read_manifest(Path(config.artifact))
    assert manifest.validation is not None
    assert manifest.validation.status in {Status.PASS, Status.WARN}
    assert sum(manifest.validation.checks.values()) > 100
    assert {file.name for file in Path(config.artifact).iterdir()} == {CODE, MANIFEST}

    found = forecast_in_a_fresh_process(config)
    assert (found["compiled"], found["graphs"], found["cause"]) == (True, 0, None)
    assert float(str(found["gap"])) < limit
