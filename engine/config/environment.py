"""The process-level variables that a configuration asks for.

torch reads them once, so they must be there before it is imported or first compiles.
"""

from collections.abc import Mapping
from pathlib import Path

from engine.config.settings import SETTINGS, CompileConfig

CACHE_DIR = SETTINGS["cache_dir"].variable


def process_environment(
    config: CompileConfig, inherited: Mapping[str, str], compiles: bool
) -> dict[str, str]:
    """Return the variables of a process that runs a configuration.

    Args:
        config: Its process-level settings are put in.
        inherited: Everything else; what it says about compile threads and logs wins.
        compiles: Whether anything will be compiled. Only then is the cache directory put in,
            since torch makes the folder when it is imported, needed or not.
    """
    environment = dict(inherited)
    if not environment.get(CACHE_DIR):
        environment.pop(CACHE_DIR, None)
    if compiles:
        environment[CACHE_DIR] = str(Path(config.cache_dir).absolute())
    # Compile workers of torch idle for a minute, and hang if their own parent dies.
    environment.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")
    if config.debug:
        environment.setdefault("TORCH_LOGS", "+dynamo,graph_breaks,recompiles,guards")
    return environment
