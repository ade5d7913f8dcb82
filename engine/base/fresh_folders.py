"""Folders of this process alone, named so that those of killed processes can be found."""

import os
import platform
import re
import shutil
import tempfile
from pathlib import Path


def fresh_folder(name: str, parent: Path) -> Path:
    """Make a folder that only the user can write to; remove those that were left behind.

    Args:
        name: Beginning of its name. The machine and the process id follow.
        parent: The folder to make it in.

    Raises:
        OSError: The folder cannot be made.
    """
    remove_left_behind(name, parent)
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


def own_prefix(name: str) -> str:
    """Return the beginning of names on this machine; a folder may be shared with other machines."""
    machine = re.sub(r"\W", "", platform.node())
    return f"{name}-{machine}-"
