"""The cache of precompiled C++ headers, which become part of compiled code.

torch keeps them in a temporary folder that no setting names. The temporary folder of a worker is
new each time, and others may have made that of all programs.
"""

from pathlib import Path

from engine.base.disks import is_writable
from engine.base.findings import Finding
from engine.config.code_folders import make_private, not_used, own_caches, without_links

FOLDER = "precompiled_headers"


def secure_headers() -> Finding | None:
    """Have torch keep precompiled headers in a lasting folder of the user's own.

    Every process that compiles would otherwise take five seconds to make them anew.

    Returns:
        A finding if other users can write to each folder in question, so that torch compiles
        without precompiled headers; else None.
    """
    from torch._inductor import codecache, config
    from torch._inductor.runtime.cache_dir_utils import default_cache_dir

    if not config.cpp_cache_precompile_headers:
        return None
    for parent in (own_caches(), Path(default_cache_dir())):
        folder = without_links(parent / FOLDER)
        found = make_private(folder)
        if found is None and is_writable(folder):
            codecache._HEADER_DIR = str(folder)
            codecache._HEADER_LOCK_DIR = str(folder / "locks")
            return None
    config.cpp_cache_precompile_headers = False
    if found is None:
        return None
    done = f"Headers in {folder} are not used, so compiling takes longer."
    return not_used("TMPDIR", found, done)
