"""Looks at the folder that compiled code is kept in: who may write to it, and what it is on."""

import os
from contextlib import suppress
from pathlib import Path

from engine.base.disks import is_writable, mount_of, nearest_there
from engine.base.exposure import exposure
from engine.check.facts import CacheFolder
from engine.config.code_folders import OWN_FOLDER, own_caches
from engine.runtime import scratch

TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm", "/run")  # noqa: S108 - they are looked for, not used
IN_MEMORY = ("tmpfs", "ramfs")
MOST_FILES = 20_000


def look_at(folder: Path) -> CacheFolder:
    """Return the facts about a folder, whether it exists or not. Leaves no trace in it."""
    import psutil

    path = Path(os.path.abspath(folder))  # noqa: PTH100 - as torch does, without following links
    existing = nearest_there(path)
    filesystem, options = mount_of(existing.resolve())
    return CacheFolder(
        path=str(path),
        blocked_by="" if existing.is_dir() else str(existing),
        writable=existing.is_dir() and is_writable(existing),
        exposure=exposure(Path(os.path.realpath(path))),
        temporary=filesystem in IN_MEMORY or is_temporary(path) or is_temporary(path.resolve()),
        filesystem=filesystem,
        executable="noexec" not in options,
        free=psutil.disk_usage(str(existing)).free,
        newest=_newest_file(path),
    )


def sound_alternative() -> str | None:
    """Return the user's own folder for caches, if there is nothing against it."""
    folder = own_caches() / OWN_FOLDER
    return str(folder) if look_at(folder).is_sound else None


def is_temporary(path: Path) -> bool:
    """Say whether a path is in a temporary folder."""
    return any(path.is_relative_to(folder) for folder in (scratch.shared(), *TEMPORARY))


def _newest_file(folder: Path) -> float | None:
    """Return the newest file's time below a folder; None for no files or too many."""
    newest: float | None = None
    count = 0
    for place, _folders, names in os.walk(folder):
        count += len(names)
        if count > MOST_FILES:
            return None
        for name in names:
            # torch removes its temporary files meanwhile.
            with suppress(OSError):
                time = Path(place, name).lstat().st_mtime
                newest = time if newest is None else max(newest, time)
    return newest
