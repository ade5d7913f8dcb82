"""The README says what the program does."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from engine.config.presets import PRESETS
from engine.config.settings import SETTINGS, CompileConfig, allowed_values, is_count
from engine.config.values import to_text

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def settings_table() -> str:
    """The table of settings as the README shows it; paste what a failing test prints."""
    rows = ["| setting | variable | values | default | what it does |", "|---|---|---|---|---|"]
    for name, setting in SETTINGS.items():
        values = ", ".join(allowed_values(name) or ("any text",))
        if is_count(name):
            values = "auto, a number"
        default = to_text(getattr(CompileConfig(), name))
        rows.append(f"| {name} | `{setting.variable}` | {values} | `{default}` | {setting.help} |")
    return "\n".join(rows)


def test_that_the_readme_shows_the_table_of_settings() -> None:
    assert settings_table() in README


def test_that_the_readme_names_every_preset() -> None:
    for name in PRESETS:
        assert f"`{name}`" in README


SCRIPTS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


SALES = "date,sales\n" + "".join(f"2026-01-{day:02},{day}\n" for day in range(1, 31))


def run_script(folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs what is in a folder as script.py, with the demo model."""
    return subprocess.run(
        [sys.executable, "script.py"],
        cwd=folder,
        env={**os.environ, "CHRONOS_MODEL": "demo"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("script", [one for one in SCRIPTS if "load_pipeline" not in one])
def test_that_the_scripts_in_the_readme_run(script: str, tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text(SALES)
    (tmp_path / "script.py").write_text(script.replace("amazon/chronos-2", "demo"))
    done = run_script(tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("False")
    assert "2026-02-27" in done.stdout
    (tmp_path / "sales.csv").unlink()
    again = run_script(tmp_path)
    assert again.returncode == 1
    assert "There is no file" in again.stderr
    assert "Traceback" not in again.stderr


def test_that_the_readme_has_a_script_here_and_one_in_a_process_of_its_own() -> None:
    assert len(SCRIPTS) == 3


@pytest.mark.parametrize("encoder", ["stock", "fused"])
def test_that_the_script_with_the_librarys_methods_runs_as_configured(
    encoder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHRONOS_ENCODER", encoder)
    (script,) = [one for one in SCRIPTS if "load_pipeline" in one]
    (tmp_path / "sales.csv").write_text(SALES)
    (tmp_path / "script.py").write_text(script)
    done = run_script(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2026-02-27" in done.stdout
