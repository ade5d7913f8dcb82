"""Private folders of a row of trials, and what must hold in them afterwards."""

import csv
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import psutil

from engine.base.errors import UserError
from engine.base.fresh_folders import own_prefix
from engine.benchmark.kept import kept_run
from engine.history.store import History
from engine.runtime.scratch import PREFIX

MARKER = "CHRONOS_PANEL_TRIAL"
"""Environment variable by which processes of a playground are found, whoever adopts them."""

PATIENCE = 5.0
"""Seconds that processes and files get to go away."""

FORECAST_ROWS = 96
"""Rows of a forecast of the sample data: four items, 24 steps."""


class Playground:
    """Folders of its own for everything that programs write.

    Attributes:
        output: The file that forecasts are written to, over and over.
        kept: Number of runs that programs have reported as kept.
        environment: Environment variables of the programs.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.output = root / "out" / "forecast.csv"
        self.kept = 0
        self._marker = uuid.uuid4().hex
        self._temporary = root / "tmp"
        for folder in (self._temporary, self.output.parent, root / "cache"):
            folder.mkdir(parents=True)
        self.environment = {
            **os.environ,
            MARKER: self._marker,
            "PYTHONPATH": str(Path(__file__).parents[3]),
            "TMPDIR": str(self._temporary),
            "XDG_DATA_HOME": str(root / "data"),
            "XDG_STATE_HOME": str(root / "state"),
            "XDG_CACHE_HOME": str(root / "cache"),
            "TORCHINDUCTOR_CACHE_DIR": str(root / "inductor"),
            "TORCHINDUCTOR_COMPILE_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "HF_HUB_OFFLINE": "1",
            "QT_QPA_PLATFORM": "offscreen",
        }

    def processes(self) -> list[psutil.Process]:
        """Return the living processes of this playground."""
        return list(self._living())

    def _living(self) -> Iterator[psutil.Process]:
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get(MARKER) == self._marker:
                    yield process

    def faults(self, root: int | None) -> list[str]:
        """Return what is wrong now.

        Args:
            root: Process id of the program that may still live, with its children; None if none.
        """
        return [
            *self._orphans(root),
            *self._leftovers(),
            *self._damaged_outputs(),
            *self._lost_runs(),
        ]

    def _orphans(self, root: int | None) -> list[str]:
        deadline = monotonic() + PATIENCE
        while found := self._outside(root):
            if monotonic() > deadline:
                for process in found:
                    with suppress(psutil.Error):
                        process.kill()
                return [f"orphan: {name}" for name in sorted(map(_described, found))]
            sleep(0.05)
        return []

    def _outside(self, root: int | None) -> list[psutil.Process]:
        """Return the living processes that do not belong to a program."""
        family: set[int] = set()
        with suppress(psutil.Error):
            if root is not None:
                program = psutil.Process(root)
                family = {root, *(child.pid for child in program.children(recursive=True))}
        return [process for process in self._living() if process.pid not in family]

    def _leftovers(self) -> list[str]:
        """Return what is left in the temporary folder, and remove it."""
        faults = []
        for path in self._temporary.iterdir():
            if not _has_owner(path):
                faults.append(f"left in the temporary folder: {path.name}")
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
        return faults

    def _damaged_outputs(self) -> list[str]:
        others = [path.name for path in self.output.parent.iterdir() if path != self.output]
        faults = [f"left beside the output: {name}" for name in others]
        if self.output.exists():
            with self.output.open(newline="") as file:
                rows = list(csv.reader(file))
            if len(rows) != FORECAST_ROWS + 1 or len({len(row) for row in rows}) != 1:
                faults.append(f"the forecast has {len(rows)} rows, or rows of different lengths")
        return faults

    def _lost_runs(self) -> list[str]:
        file = self.root / "data" / "chronos-panel" / "history.sqlite"
        if not file.exists():
            return [f"{self.kept} kept runs are gone"] if self.kept else []
        try:
            with History(file) as history:
                entries = history.entries()
                for entry in entries:
                    kept_run(history, entry.id)
        except UserError as error:
            return [f"the history cannot be read: {error}"]
        if len(entries) < self.kept:
            return [f"{self.kept - len(entries)} of {self.kept} kept runs are gone"]
        self.kept = len(entries)
        return []


def _has_owner(folder: Path) -> bool:
    """Say whether the program lives that removes the folder of a worker with its next job."""
    prefix = own_prefix(PREFIX)
    owner = folder.name.removeprefix(prefix).partition("-")[0]
    return folder.name.startswith(prefix) and owner.isdigit() and psutil.pid_exists(int(owner))


def _described(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return f"{' '.join(process.cmdline())[:120]} ({process.status()})"
    return "gone"
