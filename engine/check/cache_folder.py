"""Looks at the folder that compiled code is kept in: who may write to it, and what it is on."""

import os
import stat
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from time import monotonic

from engine.base.disks import is_writable, mount_of, nearest_there
from engine.base.exposure import (
    MOST_ENTRIES,
    Entry,
    Exposure,
    entries,
    exposure_inside,
    exposure_on_the_way,
)
from engine.check.facts import CacheFolder
from engine.config.code_folders import OWN_FOLDER, own_caches
from engine.runtime import scratch

TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm", "/run")  # noqa: S108 - they are looked for, not used
IN_MEMORY = ("tmpfs", "ramfs")

MANY, KEPT = 5_000, 10.0
"""What is found in a folder of so many files is kept for so many seconds.

The window checks the machine after each change of a setting, and to look at 100,000 files takes
half a second.
"""

Inside = tuple[Exposure | None, float | None]
"""How others can write to what is in a folder, and the time of its newest file."""

_kept: dict[Path, tuple[float, Inside]] = {}
"""Folder -> until when its `Inside` is kept, on the clock of `monotonic`, and the `Inside`."""


def look_at(folder: Path) -> CacheFolder:
    """Return the facts about a folder, whether it exists or not. Leaves no trace in it."""
    import psutil

    path = Path(os.path.abspath(folder))  # noqa: PTH100 - as torch does, without following links
    real = Path(os.path.realpath(path))
    inside, newest = _look_inside(real)
    existing = nearest_there(path)
    filesystem, options = mount_of(existing.resolve())
    return CacheFolder(
        path=str(path),
        blocked_by="" if existing.is_dir() else str(existing),
        writable=existing.is_dir() and is_writable(existing),
        exposure=exposure_on_the_way(real) or inside,
        temporary=filesystem in IN_MEMORY or is_temporary(path) or is_temporary(path.resolve()),
        filesystem=filesystem,
        executable="noexec" not in options,
        free=psutil.disk_usage(str(existing)).free,
        newest=newest,
    )


def sound_alternative() -> str | None:
    """Return the user's own folder for caches, if there is nothing against it."""
    folder = own_caches() / OWN_FOLDER
    return str(folder) if look_at(folder).is_sound else None


def is_temporary(path: Path) -> bool:
    """Say whether a path is in a temporary folder."""
    return any(path.is_relative_to(folder) for folder in (scratch.shared(), *TEMPORARY))


def _look_inside(folder: Path) -> Inside:
    """Return what a walk through a folder shows; what an earlier one showed if that is kept."""
    now = monotonic()
    for one in [one for one, (until, _inside) in _kept.items() if until <= now]:
        del _kept[one]
    if folder in _kept:
        return _kept[folder][1]
    found = list(islice(entries(folder), MOST_ENTRIES + 1))
    inside = exposure_inside(folder, found), _newest_file(found)
    if len(found) >= MANY:
        _kept[folder] = now + KEPT, inside
    return inside


def _newest_file(found: Sequence[Entry]) -> float | None:
    """Return the newest file's time; None for no files or too many."""
    if len(found) > MOST_ENTRIES:
        return None
    times = (status.st_mtime for _, status in found if not stat.S_ISDIR(status.st_mode))
    return max(times, default=None)
