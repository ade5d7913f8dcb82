"""What others planted in the folder of compiled code is not executed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine.config.env_file import render
from engine.runtime import events
from engine.runtime.session import Session
from engine.validation.case import Case, Group
from engine.validation.events import Validated
from engine.validation.job import Replay
from tests.support.cli_runner import chronos_panel
from tests.support.making import CAPTURED, walks
from tests.support.planted_cache import planted_cache, surroundings

FOR_ALL = 0o777
SCRIPT = (
    "import torch; from engine import load_forecaster\n"
    "load_forecaster(device='cpu')\n"
    # A small function stands for the model, which takes longer to compile.
    "torch.compile(lambda values: values + 1, backend='aot_eager')(torch.ones(2))\n"
)


@pytest.mark.parametrize(("mode", "executed"), [(FOR_ALL, False), (0o700, True)])
def test_that_a_script_executes_only_what_its_own_user_left(
    tmp_path: Path, mode: int, executed: bool
) -> None:
    cache, canary = planted_cache(tmp_path, mode)
    config = CAPTURED.replace(cache_dir=str(cache))
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**surroundings(tmp_path), **config.to_env()},
        capture_output=True,
        text=True,
        # What the user left is no profile of torch's, and an error.
        check=not executed,
    )
    assert canary.exists() is executed
    assert (f"Other users may write to {cache}." in done.stderr) is not executed


def test_that_a_forecast_is_compiled_without_what_others_planted(tmp_path: Path) -> None:
    cache, canary = planted_cache(tmp_path, FOR_ALL)
    env_file = tmp_path / "production.env"
    env_file.write_text(render(CAPTURED.replace(cache_dir=str(cache))))
    command = ("forecast", "--demo", "--json", "--env-file", env_file)
    done = chronos_panel(*command, folder=tmp_path, **surroundings(tmp_path))
    assert done.returncode == 0, done.stderr
    assert not canary.exists()
    document = json.loads(done.stdout)
    assert [run["compiled"] for run in document["runs"]] == [True]
    (finding,) = [
        one for one in document["findings"] if one["subject"] == "TORCHINDUCTOR_CACHE_DIR"
    ]
    own = tmp_path / "caches" / "chronos-panel" / "chronos2_torch_inductor"
    assert finding["what"] == f"Other users may write to {cache}."
    assert finding["done"] == f"Compiled code is not loaded from {cache}, but from {own}."
    assert finding["remedy"] == f"Run `chmod go-w '{cache}'`. Or use a folder of your own."
    assert finding["fix"] == {"setting": "cache_dir", "value": str(own)}
    assert f"not loaded from {cache}" in " ".join(done.stderr.split())


@pytest.mark.slow
def test_that_a_validation_reports_it_in_every_job(tmp_path: Path) -> None:
    cache, canary = planted_cache(tmp_path, FOR_ALL)
    config = CAPTURED.replace(cache_dir=str(cache))
    job = Replay(
        config=config, case=Case("walk", Group.ORDINARY, walks(1, 64), horizon=8), device="cpu"
    )
    with Session(surroundings(tmp_path)) as session:
        for _ in range(2):
            seen = list(session.run(job))
            (validated,) = [event for event in seen if isinstance(event, Validated)]
            assert validated.report.fallback_cause is None
            assert validated.report.proof is not None
            assert validated.report.proof.graph_runs
            findings = [e.finding for e in seen if isinstance(e, events.FindingReported)]
            assert [one.what for one in findings] == [f"Other users may write to {cache}."]
    assert not canary.exists()
