"""Folders of this process alone, named so that those of killed processes can be found."""

import atexit
import os
import platform
import re
import shutil
import tempfile
from pathlib import Path


def fresh_folder(name: str, parent: Path) -> Path:
    """Make a folder that only the user can write to.

    Args:
        name: Beginning of its name. The machine and the process id follow.
        parent: The folder to make it in.

    Raises:
        OSError: The folder cannot be made.
    """
    parent.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f"{own_prefix(name)}{os.getpid()}-", dir=parent))


def remove_left_behind(name: str, parent: Path) -> None:
    """Remove the fresh folders of processes of this machine that were killed."""
    import psutil

    prefix = own_prefix(name)
    for folder in parent.glob(f"{prefix}*-*"):
        pid = folder.name.removeprefix(prefix).partition("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def remove_at_exit(folder: Path) -> None:
    """Remove a folder when this process ends, and not when a fork of it ends."""
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)


def own_prefix(name: str) -> str:
    """Return the beginning of names on this machine; a folder may be shared with other machines."""
    machine = re.sub(r"\W", "", platform.node())
    return f"{name}-{machine}-"
