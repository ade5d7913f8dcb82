"""What may be imported where, seen from a fresh interpreter."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from engine.kinds import KINDS

ROOT = Path(__file__).parents[1]

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


def rooms_of(package: str) -> set[str]:
    """The folders and modules of a package."""
    paths = (ROOT / package).iterdir()
    names = {path.stem for path in paths if path.is_dir() or path.suffix == ".py"}
    return names - {"__init__", "__pycache__"}


def rooms_with_a_layer() -> set[str]:
    """The rooms that a contract orders, each with its package."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {
        ".".join((*contract.get("containers", ()), name.strip()))
        for contract in document["tool"]["importlinter"]["contracts"]
        for layer in contract.get("layers", ())
        for name in re.split("[|:]", layer)
    }


@pytest.mark.parametrize("package", ["engine", "gui"])
def test_that_a_room_without_a_layer_is_a_job_kind_that_no_other_room_imports(package: str) -> None:
    ordered = rooms_with_a_layer()
    rooms = {room for room in rooms_of(package) if f"{package}.{room}" not in ordered}
    assert rooms <= {kind.name for kind in KINDS}
    for room in rooms:
        importing = re.compile(rf"^\s*(?:from|import) {package}\.{room}\b", re.MULTILINE)
        others = (file for file in (ROOT / package).rglob("*.py") if room not in file.parts)
        assert not [file for file in others if importing.search(file.read_text())]
