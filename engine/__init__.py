"""The engine of chronos-panel: everything that is not a window.

Importing it is cheap: a name is imported from its module when it is first used.
"""

from typing import TYPE_CHECKING

from engine.base.lazy import lazy_names

if TYPE_CHECKING:
    from engine.base.errors import UserError
    from engine.base.findings import Finding, Severity
    from engine.config.settings import CompileConfig, ConfigError
    from engine.model.production import load_forecaster, load_pipeline
    from engine.runtime.session import Session
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
    "load_pipeline",
    "print_current_config",
    "validate_config",
]

_MODULES = {
    "CompileConfig": "engine.config.settings",
    "ConfigError": "engine.config.settings",
    "Finding": "engine.base.findings",
    "Session": "engine.runtime.session",
    "Severity": "engine.base.findings",
    "UserError": "engine.base.errors",
    "apply_fast_testing": "engine.shortcuts",
    "apply_production_compiled": "engine.shortcuts",
    "apply_production_eager": "engine.shortcuts",
    "apply_safest": "engine.shortcuts",
    "is_compilation_enabled": "engine.shortcuts",
    "load_forecaster": "engine.model.production",
    "load_pipeline": "engine.model.production",
    "print_current_config": "engine.shortcuts",
    "validate_config": "engine.shortcuts",
}

__getattr__, __dir__ = lazy_names(__name__, _MODULES)
