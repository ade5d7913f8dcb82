"""The window's process never imports torch, whatever it does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"torch", "chronos", "transformers"}

IMPORT_ALL = """
import importlib, pkgutil, gui
for module in pkgutil.walk_packages(gui.__path__, "gui."):
    importlib.import_module(module.name)
"""

BENCHMARK = """
from PySide6.QtTest import QTest
from engine.config.presets import PRESETS
import dataclasses
from gui.app import make_application, open_window
from gui.benchmark.page import BenchmarkPage
from gui.start import Start
make_application()
window = open_window(Start())
window.show()
while window.source.file is None:
    QTest.qWait(20)
window.document.restore(PRESETS["fast_testing"], "fast_testing")
page = window.pages.find(BenchmarkPage)
def make_job(choices):
    job = page.make_job(choices)
    return dataclasses.replace(job, time_budget=5.0, starts=False)
window.runs.start(make_job)
while window.engine.busy:
    QTest.qWait(50)
assert page.view.run is not None
window.close()
"""

REPORT = """
import os, sys
print(*sorted({name.partition(".")[0] for name in sys.modules}), flush=True)
os._exit(0)
"""


def modules_after(code: str, home: Path) -> set[str]:
    """The top-level modules that are loaded after a piece of code."""
    done = subprocess.run(
        [sys.executable, "-c", code + REPORT],
        env={**os.environ, "XDG_STATE_HOME": str(home), "XDG_DATA_HOME": str(home)},
        cwd=home,
        capture_output=True,
        text=True,
        check=True,
        timeout=550,
    )
    return set(done.stdout.split())


def test_that_no_part_of_the_window_imports_torch_or_pandas(tmp_path: Path) -> None:
    loaded = modules_after(IMPORT_ALL, tmp_path)
    assert "PySide6" in loaded
    assert not loaded & {*HEAVY, "pandas"}


@pytest.mark.slow
def test_that_torch_is_not_imported_in_a_full_benchmark_either(tmp_path: Path) -> None:
    loaded = modules_after(BENCHMARK, tmp_path)
    assert "PySide6" in loaded
    assert not loaded & HEAVY
