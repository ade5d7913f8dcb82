"""Named configurations."""

from collections.abc import Mapping

from engine.config.settings import CompileConfig

PRESETS: Mapping[str, CompileConfig] = {
    "production_eager": CompileConfig(),
    "production_compiled": CompileConfig(enabled=True),
    "safest": CompileConfig(mode="default", small_values="keep", scope="blocks"),
    "fast_testing": CompileConfig(enabled=True, mode="default", backend="aot_eager"),
}
"""Named configurations.

`production_eager` and `production_compiled` are the guide's. `safest` never alters the data
and stays gentle if compilation is switched on later. `fast_testing` captures the graphs as
compilation does but generates no code, so that a test of the compiled path takes seconds.
"""
