"""The folders that torch loads compiled code from.

Code in them is executed, and some of it is unpickled. A folder that other users can write to is
replaced by one of the user's own.
"""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from engine.base.disks import is_writable, mount_of, nearest_there
from engine.base.exposure import Exposure, exposure
from engine.base.files import exists
from engine.base.findings import Finding, Fix, Severity
from engine.base.fresh_folders import fresh_folder, remove_at_exit, remove_left_behind
from engine.config.environment import CACHE_DIR

OWN_FOLDER = "chronos2_torch_inductor"
TEMPORARY_FOLDER = "chronos-panel-code"
ROOM_FOR_CODE = 2_000_000_000
"""Bytes that compiled code may need: some hundred megabytes for each configuration."""

OTHER_FOLDERS = {
    "TRITON_CACHE_DIR": "",
    "TRITON_HOME": ".triton",
    "TRITON_OVERRIDE_DIR": "",
    "TORCHINDUCTOR_CUTLASS_DIR": "",
    "TORCHINDUCTOR_CK_DIR": "",
    "PYTORCH_KERNEL_CACHE_PATH": "",
    "CUDA_CACHE_PATH": "",
}
"""Variable that names another folder of code -> the folder in it that counts."""

ANOTHER = "Use a folder of your own."
WHY = "Code in this folder is executed."


def secure_code_folders() -> tuple[Finding, ...]:
    """Change the process's environment variables to folders that other users cannot write to.

    torch reads the variables each time that it compiles.

    Returns:
        A finding for each folder that is not used.

    Raises:
        OSError: There is no folder of the user's own, not even a temporary one.
    """
    findings = []
    for variable, below in OTHER_FOLDERS.items():
        folder = os.environ.get(variable)
        found = exposure(without_links(Path(folder, below))) if folder else None
        if found is not None:
            del os.environ[variable]
            findings.append(not_used(variable, found, f"{folder} is not used."))
    if os.environ.get(CACHE_DIR):
        findings += _secure_cache()
    return tuple(findings)


def _secure_cache() -> list[Finding]:
    folder = without_links(Path(os.environ[CACHE_DIR]))
    found = make_private(folder)
    if found is None:
        # Without links, which might be led elsewhere.
        os.environ[CACHE_DIR] = str(folder)
        return []
    own, fix = own_folder(), None
    if own is None:
        own = _temporary_folder()
    else:
        fix = Fix("cache_dir", str(own))
    os.environ[CACHE_DIR] = str(own)
    done = f"Compiled code is not loaded from {folder}, but from {own}."
    return [not_used(CACHE_DIR, found, done, fix)]


def _temporary_folder() -> Path:
    """Make a folder for code that goes when this process ends.

    Raises:
        OSError: It cannot be made.
    """
    parent = Path(tempfile.gettempdir())
    remove_left_behind(TEMPORARY_FOLDER, parent)
    folder = fresh_folder(TEMPORARY_FOLDER, parent)
    remove_at_exit(folder)
    return folder


def not_used(variable: str, found: Exposure, done: str, fix: Fix | None = None) -> Finding:
    """Return the finding about a folder that is not used.

    Args:
        variable: The variable that names the folder.
        found: How other users can put files into it.
        done: What happens instead, one or more full sentences.
        fix: The change of a setting that clears it, if one can.
    """
    return Finding(
        Severity.WARNING,
        variable,
        found.what,
        why=WHY,
        done=done,
        remedy=f"{found.remedy} Or use a folder of your own." if found.remedy else ANOTHER,
        fix=fix,
    )


def without_links(path: Path) -> Path:
    """Return a path with all links followed, as far as they lead somewhere."""
    # Unlike `Path.resolve`, this raises nothing for a link that leads back to itself.
    return Path(os.path.realpath(path))


def make_private(folder: Path) -> Exposure | None:
    """Make a folder that is not there yet, before another user can make it.

    Args:
        folder: A path without links.

    Returns:
        How other users can put files into it; None if they cannot.
    """
    found = exposure(folder)
    if found is not None or exists(folder):
        return found
    with suppress(OSError):
        # One by one: `parents=True` would make the others with the user's default mode.
        for place in (*reversed(folder.parents), folder):
            place.mkdir(mode=0o700, exist_ok=True)
    return exposure(folder)


def own_caches() -> Path:
    """Return the folder of the user's caches."""
    from platformdirs import user_cache_path

    return user_cache_path("chronos-panel", appauthor=False)


def own_folder() -> Path | None:
    """Return the user's own folder for compiled code; None if code cannot be kept and run there."""
    folder = without_links(own_caches() / OWN_FOLDER)
    return folder if make_private(folder) is None and has_room(folder) else None


def has_room(folder: Path) -> bool:
    """Say whether code can be written to a folder, there or yet to be made, and run."""
    import psutil

    existing = nearest_there(folder)
    _filesystem, options = mount_of(existing.resolve())
    free = psutil.disk_usage(str(existing)).free
    return is_writable(existing) and "noexec" not in options and free > ROOM_FOR_CODE
