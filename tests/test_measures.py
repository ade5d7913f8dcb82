"""The commands of `tests/measure` that find faults, in a small run."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def measure(name: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Runs a command of `tests/measure`."""
    return subprocess.run(
        [sys.executable, "-m", f"tests.measure.{name}", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=600,
    )


def test_that_hostile_files_and_settings_give_results_or_sentences() -> None:
    done = measure("abuse", "--files", "90", "--settings", "60", "--workers", "1", "--seed", "12")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "90 files (0 by the command)" in done.stdout
    assert "60 settings (0 by the command)" in done.stdout


@pytest.mark.slow
def test_that_a_file_that_takes_too_long_is_found() -> None:
    patient = measure("abuse", "--only", "12000000", "--workers", "1")
    assert patient.returncode == 0, patient.stdout
    hurried = measure("abuse", "--only", "12000000", "--workers", "1", "--seconds-a-file", "0")
    assert hurried.returncode == 1
    assert "1 failures" in hurried.stdout


@pytest.mark.slow
def test_that_killed_and_cancelled_jobs_leave_nothing_behind() -> None:
    done = measure("kills", "--kills", "3", "--cancels", "2", "--programs", "session")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 kills" in done.stdout
