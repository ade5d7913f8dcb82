"""Find out what can be done with the disk of a folder."""

import tempfile
from pathlib import Path

from engine.base.files import exists


def nearest_there(path: Path) -> Path:
    """Return a path, or the nearest one above it that is there."""
    return next(one for one in (path, *path.parents) if exists(one))


def is_writable(folder: Path) -> bool:
    """Say whether a file can be created in a folder, by creating one."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def mount_of(path: Path) -> tuple[str, list[str]]:
    """Return the type and options of a path's file system; empty if unknown."""
    import psutil

    mounts = [
        mount
        for mount in psutil.disk_partitions(all=True)
        if mount.mountpoint and path.is_relative_to(mount.mountpoint)
    ]
    if not mounts:
        return "", []
    # Of several mounts at one place, the last hides the others.
    deepest = max(reversed(mounts), key=lambda mount: len(mount.mountpoint))
    return deepest.fstype, deepest.opts.split(",")
