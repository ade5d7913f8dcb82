"""Find out whether other users can put files into a folder whose files are executed."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

MOST_ENTRIES = 100_000
"""Files and folders to look at; takes about half a second."""

ACCESS_LIST = "system.posix_acl_access"

Entry = tuple[Path, os.stat_result]
"""A file or folder, and its status without following links."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """A way in which other users can put files into a folder, or may have done so.

    Attributes:
        what: The way, a full sentence.
        remedy: How to close it, a full sentence; empty if only another folder helps.
    """

    what: str
    remedy: str = ""


def exposure(folder: Path) -> Exposure | None:
    """Return the first way in which other users can put files into a folder; None if there is none.

    Looks at the folder, at every folder above it and at everything in it. If only the user and
    root can write to all of these, nobody else can change the answer afterwards. Returns None
    outside POSIX systems.

    Args:
        folder: A path without links, such as `Path.resolve` gives. It need not exist.
    """
    return exposure_on_the_way(folder) or exposure_inside(folder, entries(folder))


def exposure_on_the_way(folder: Path) -> Exposure | None:
    """Return the first way in which others can write to a folder or replace it; None if none."""
    if os.name != "posix":
        return None
    for place in (folder, *folder.parents):
        try:
            status = place.lstat()
        except OSError:
            continue
        # A sticky bit keeps others from replacing what is in a folder, not from adding to it.
        is_kept = place != folder and status.st_mode & stat.S_ISVTX
        if not is_kept and _others_may_write(place, status):
            return Exposure(f"Other users may write to {place}.", f"Run `chmod go-w '{place}'`.")
        if _is_foreign(status):
            may = "" if place == folder else f", who can replace {folder}"
            return Exposure(f"{place} belongs to the user {_owner(status)}{may}.")
    return None


def exposure_inside(folder: Path, inside: Iterable[Entry]) -> Exposure | None:
    """Return the first way in which others can write to, or wrote, what is in a folder.

    Args:
        folder: The folder.
        inside: What is in it, from `entries`.
    """
    if os.name != "posix":
        return None
    remedy = f"Delete {folder}."
    modes_count = not _is_closed(folder)
    for count, (path, status) in enumerate(inside):
        if count == MOST_ENTRIES:
            return Exposure(f"{folder} holds more than {MOST_ENTRIES:,} files to check.", remedy)
        if _is_foreign(status):
            return Exposure(f"{path} belongs to the user {_owner(status)}.", remedy)
        if stat.S_ISLNK(status.st_mode):
            if not Path(os.path.realpath(path)).is_relative_to(folder):
                return Exposure(f"{path} is a link that leads out of {folder}.", remedy)
        elif modes_count and _others_may_write(path, status):
            return Exposure(f"Other users may write to {path}.", remedy)
    return None


def entries(folder: Path) -> Iterator[Entry]:
    """Yield everything below a folder; what vanishes meanwhile is left out."""
    pending = [folder]
    while pending:
        try:
            inside = list(pending.pop().iterdir())
        except OSError:
            continue
        for path in inside:
            try:
                status = path.lstat()
            except OSError:
                continue
            yield path, status
            if stat.S_ISDIR(status.st_mode):
                pending.append(path)


def _is_closed(folder: Path) -> bool:
    """Say whether other users cannot reach what is in a folder."""
    try:
        status = folder.lstat()
    except OSError:
        return True
    by_group = status.st_mode & stat.S_IXGRP and not _is_alone_in_group(folder, status)
    return not (status.st_mode & stat.S_IXOTH or by_group)


def _others_may_write(path: Path, status: os.stat_result) -> bool:
    by_group = status.st_mode & stat.S_IWGRP and not _is_alone_in_group(path, status)
    return bool(status.st_mode & stat.S_IWOTH or by_group)


def _is_alone_in_group(path: Path, status: os.stat_result) -> bool:
    """Say whether a file's group permissions are given to nobody but the user and root."""
    return is_private_group(status.st_gid) and not _has_access_list(path)


def is_private_group(group: int) -> bool:
    """Say whether a group is root's, or has the user's name and no other members.

    Many systems give each user such a group. A group of another name may have members that it does
    not list: those whose first group it is.
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


def _has_access_list(path: Path) -> bool:
    """Say whether a list names more users and groups; the group bits of the mode then cap it."""
    if not hasattr(os, "getxattr"):
        return False
    try:
        return bool(os.getxattr(path, ACCESS_LIST, follow_symlinks=False))
    except OSError:
        return False


def belongs_to_another(path: Path) -> bool:
    """Say whether a file or folder belongs to neither the user nor root; False outside POSIX."""
    return os.name == "posix" and _is_foreign(path.lstat())


def _is_foreign(status: os.stat_result) -> bool:
    return status.st_uid not in {0, os.getuid()}


def _owner(status: os.stat_result) -> str:
    import pwd

    try:
        return pwd.getpwuid(status.st_uid).pw_name
    except KeyError:
        return str(status.st_uid)
