"""The cache of precompiled C++ headers, which torch keeps in a temporary folder of its own.

No setting names the folder. Headers in it become part of compiled code.
"""

from pathlib import Path

from engine.base.findings import Finding
from engine.config.code_folders import made_exposure, not_used, without_links


def switch_off_exposed_headers() -> Finding | None:
    """Have torch compile without precompiled headers if other users can write to their folder.

    Returns:
        A finding if they are off now; None if nothing is changed.
    """
    from torch._inductor import config
    from torch._inductor.runtime.cache_dir_utils import default_cache_dir

    if not config.cpp_cache_precompile_headers:
        return None
    folder = without_links(Path(default_cache_dir()))
    found = made_exposure(folder)
    if found is None:
        return None
    config.cpp_cache_precompile_headers = False
    done = f"Headers in {folder} are not used, so compiling takes longer."
    return not_used("TMPDIR", found, done)
