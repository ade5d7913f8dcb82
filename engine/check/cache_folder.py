"""Looks at the folder that compiled code is kept in: who may write to it, and what it is on."""

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from engine.check.facts import ROOM_FOR_CODE, CacheFolder
from engine.runtime import scratch

TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm", "/run")  # noqa: S108 - they are looked for, not used
IN_MEMORY = ("tmpfs", "ramfs")
MOST_FILES = 20_000


def look_at(folder: Path) -> CacheFolder:
    """Return the facts about a folder, whether it exists or not. Leaves no trace in it."""
    import psutil

    path = Path(os.path.abspath(folder))  # noqa: PTH100 - as torch does, without following links
    existing = _nearest_there(path)
    filesystem, options = mount_of(existing.resolve())
    return CacheFolder(
        path=str(path),
        blocked_by="" if existing.is_dir() else str(existing),
        writable=existing.is_dir() and is_writable(existing),
        open_to_others=open_to_others(existing.resolve()),
        owner=_foreign_owner(existing) if existing == path else "",
        temporary=filesystem in IN_MEMORY or is_temporary(path) or is_temporary(path.resolve()),
        filesystem=filesystem,
        executable="noexec" not in options,
        free=psutil.disk_usage(str(existing)).free,
        newest=_newest_file(path),
    )


def own_caches() -> Path:
    """Return the folder of the user's caches."""
    from platformdirs import user_cache_path

    return user_cache_path("chronos-panel", appauthor=False)


def sound_alternative() -> str | None:
    """Return the user's own folder for caches, if there is nothing against it."""
    folder = own_caches() / "chronos2_torch_inductor"
    return str(folder) if look_at(folder).is_sound else None


def has_room(folder: Path) -> bool:
    """Say whether code can be written to a folder, there or yet to be made, and run."""
    import psutil

    existing = _nearest_there(folder)
    _filesystem, options = mount_of(existing.resolve())
    free = psutil.disk_usage(str(existing)).free
    return is_writable(existing) and "noexec" not in options and free > ROOM_FOR_CODE


def _nearest_there(path: Path) -> Path:
    """Return a path, or the nearest one above it that is there."""
    return next(one for one in (path, *path.parents) if _is_there(one))


def _is_there(path: Path) -> bool:
    """Say whether a file or folder is there, as far as one may look."""
    try:
        return path.exists()
    except PermissionError:
        return False


def is_writable(folder: Path) -> bool:
    """Say whether a file can be created in a folder, by creating one."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def open_to_others(folder: Path) -> str:
    """Return the first folder, from this one up, that others may write to; empty if none.

    Above the folder itself a sticky bit suffices, which keeps others from replacing it.
    """
    if os.name != "posix":
        return ""
    for place in (folder, *folder.parents):
        status = place.stat()
        is_kept = place != folder and status.st_mode & stat.S_ISVTX
        by_group = status.st_mode & stat.S_IWGRP and not is_private_group(status.st_gid)
        if not is_kept and (status.st_mode & stat.S_IWOTH or by_group):
            return str(place)
    return ""


def is_private_group(group: int) -> bool:
    """Say whether a group is root's or the user's own, of that name, as many systems set it up.

    A group of another name may be the first of other users too, which it does not list.
    """
    import grp
    import pwd

    if group == 0:
        return True
    try:
        user, found = pwd.getpwuid(os.getuid()), grp.getgrgid(group)
    except KeyError:
        return False
    is_own = group == user.pw_gid and found.gr_name == user.pw_name
    return is_own and set(found.gr_mem) <= {user.pw_name}


def _foreign_owner(folder: Path) -> str:
    """Return the owner of a folder, if that is neither the user nor root; else empty."""
    if os.name != "posix" or folder.stat().st_uid in (0, os.getuid()):
        return ""
    try:
        return folder.owner()
    except KeyError:
        return str(folder.stat().st_uid)


def is_temporary(path: Path) -> bool:
    """Say whether a path is in a temporary folder."""
    return any(path.is_relative_to(folder) for folder in (scratch.shared(), *TEMPORARY))


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
