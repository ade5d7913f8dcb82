"""Caches with a file in them that creates another one when torch reads it."""

import os
import pickle
from pathlib import Path
from typing import Any

CALLING = {"TORCH_COMPILE_JOB_ID": "planted"}
"""With it, torch reads what it learned in earlier jobs of that name, from a file of a fixed name.

Compiled graphs are pickled files too. Their names are known only after half a minute of compiling.
"""


class Canary:
    """Creates a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self._file,)


def planted_cache(folder: Path, mode: int) -> tuple[Path, Path]:
    """Make a cache that torch finds a canary in.

    Args:
        folder: Where to make it.
        mode: The permissions of the cache.

    Returns:
        The cache, and the file that exists once torch has read the canary.
    """
    cache, canary = folder / "planted", folder / "executed"
    (cache / "dynamo").mkdir(parents=True)
    (cache / "dynamo" / "code_state_planted_None_.pkl").write_bytes(pickle.dumps(Canary(canary)))
    cache.chmod(mode)
    return cache, canary


def surroundings(folder: Path) -> dict[str, str]:
    """Return variables for a process that reads the canary, and has caches of its own."""
    return {**os.environ, **CALLING, "XDG_CACHE_HOME": str(folder / "caches")}
