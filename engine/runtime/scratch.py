"""Temporary folders of workers: each worker has its own, and it goes when the worker goes.

Compilers, torch and jobs leave temporary files behind when they are killed. A worker is killed when
a job does not stop by itself, when memory runs out, and when its parent is gone.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

from engine.base.errors import UserError
from engine.base.exposure import belongs_to_another
from engine.base.fresh_folders import fresh_folder, remove_left_behind

PREFIX = "chronos-panel-worker"

PATIENCE = 2.0
"""Seconds that other processes of a worker may take to end, and to stop writing to its folder."""

VARIABLE = "TMPDIR"
"""The variable that names the folder of temporary files, for Python and for compilers."""


def make() -> Path:
    """Make the folder of a worker of this process, and remove those of processes that are gone.

    Raises:
        OSError: There is no room for a folder.
    """
    parent = Path(tempfile.gettempdir())
    remove_left_behind(PREFIX, parent)
    return fresh_folder(PREFIX, parent)


def make_again(folder: Path) -> None:
    """Make the folder of a worker again, if a cleaner of temporary files has removed it.

    Raises:
        UserError: Another user has made a folder of this name meanwhile.
        OSError: It cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        if belongs_to_another(folder):
            raise UserError(
                f"The temporary folder {folder} belongs to another user.",
                "Start the program again.",
            ) from None


def environment(inherited: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the environment of a worker whose temporary files go to a folder."""
    return {**inherited, VARIABLE: str(folder)}


def shared() -> Path:
    """Return the folder that holds the temporary files of all programs.

    A worker's own folder is inside it.
    """
    folder = Path(tempfile.gettempdir())
    while folder.name.startswith(f"{PREFIX}-"):
        folder = folder.parent
    return folder


def remove(folder: Path) -> None:
    """Remove a folder now; if a process still writes to it, have it removed in a moment."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        remove_afterwards(folder)


def remove_afterwards(folder: Path) -> None:
    """Have another process remove a folder that this one or its children still write to."""
    with suppress(OSError):
        subprocess.run(
            [sys.executable, "-P", "-m", __name__, str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            check=False,
        )


def _remove_patiently(folder: Path) -> None:
    """Remove a folder, and whatever a process that still ends writes there afterwards."""
    deadline = monotonic() + PATIENCE
    while monotonic() < deadline:
        shutil.rmtree(folder, ignore_errors=True)
        sleep(0.05)


if __name__ == "__main__":
    # In a child, which nobody waits for.
    if not hasattr(os, "fork") or os.fork() == 0:
        _remove_patiently(Path(sys.argv[1]))
