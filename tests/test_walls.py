"""What may be imported where, seen from a fresh interpreter."""

import subprocess
import sys

import pytest

HEAVY = ("torch", "chronos", "transformers")


def modules_after(statement: str) -> set[str]:
    """The top-level modules that are loaded after a statement."""
    code = (
        f"{statement}; import sys; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import engine",
        "import gui",
        "import engine.config.settings, engine.config.env_file, engine.data",
        "import engine.check.rules.checker",
        "import engine.runtime.events, engine.benchmark.job, engine.runtime.session",
        "import engine.cli.app",
        "from engine import CompileConfig, Session, validate_config; validate_config()",
    ],
)
def test_that_torch_is_not_imported(statement: str) -> None:
    assert not modules_after(statement) & set(HEAVY)


def test_that_the_engine_knows_no_window() -> None:
    loaded = modules_after(
        "import engine.cli.app, engine.runtime.worker, engine.model.forecaster, engine.forecast.run"
    )
    assert not loaded & {"PySide6", "pyqtgraph", "gui"}
