"""The engine of chronos-panel: everything that is not a window.

Importing it is cheap: a name is imported from its module when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.config import CompileConfig, ConfigError
    from engine.errors import UserError
    from engine.findings import Finding, Severity
    from engine.forecaster import load_forecaster
    from engine.session import Session
    from engine.shortcuts import (
        apply_fast_testing,
        apply_production_compiled,
        apply_production_eager,
        apply_safest,
        is_compilation_enabled,
        print_current_config,
        validate_config,
    )

__all__ = [
    "CompileConfig",
    "ConfigError",
    "Finding",
    "Session",
    "Severity",
    "UserError",
    "apply_fast_testing",
    "apply_production_compiled",
    "apply_production_eager",
    "apply_safest",
    "is_compilation_enabled",
    "load_forecaster",
    "print_current_config",
    "validate_config",
]

_MODULES = {
    "CompileConfig": "engine.config",
    "ConfigError": "engine.config",
    "Finding": "engine.findings",
    "Session": "engine.session",
    "Severity": "engine.findings",
    "UserError": "engine.errors",
    "apply_fast_testing": "engine.shortcuts",
    "apply_production_compiled": "engine.shortcuts",
    "apply_production_eager": "engine.shortcuts",
    "apply_safest": "engine.shortcuts",
    "is_compilation_enabled": "engine.shortcuts",
    "load_forecaster": "engine.forecaster",
    "print_current_config": "engine.shortcuts",
    "validate_config": "engine.shortcuts",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    value = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value  # so that the next use does not come here
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
