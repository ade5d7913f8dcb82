"""The functions of the guide, for scripts: presets applied to and read from the environment."""

import os
import sys

from engine.base.findings import Finding, Severity
from engine.check.rules.checker import check_config
from engine.config.presets import PRESETS
from engine.config.settings import SETTINGS, CompileConfig, from_text
from engine.config.variables import process_variables, read_values, source_variable
from engine.model.sources import PRODUCTION_MODEL


def apply_production_eager() -> None:
    """Set the process's environment variables to eager execution, the default."""
    PRESETS["production_eager"].apply()


def apply_production_compiled() -> None:
    """Set the process's environment variables to the tested way of compiling."""
    PRESETS["production_compiled"].apply()


def apply_safest() -> None:
    """Set the process's environment variables to eager execution that never alters the data."""
    PRESETS["safest"].apply()


def apply_fast_testing() -> None:
    """Set the process's environment variables to capturing graphs without generating code."""
    PRESETS["fast_testing"].apply()


def is_compilation_enabled() -> bool:
    """Say whether the environment asks for compilation.

    Raises:
        ConfigError: The variable's value is not allowed.
    """
    variable = source_variable(SETTINGS["enabled"], os.environ)
    return variable is not None and bool(from_text("enabled", os.environ[variable], variable))


def validate_config() -> tuple[bool, list[str]]:
    """Examine the configuration in the environment.

    Returns:
        Whether there is nothing to warn of, and the warnings; values that are not allowed
        are among them.
    """
    _, findings = _examine()
    warnings = [str(finding) for finding in findings if finding.severity is not Severity.ADVICE]
    return not warnings, warnings


def print_current_config() -> None:
    """Print the configuration in the environment, and the findings about it.

    A setting with a value that is not allowed is shown with its default. The default of the model
    is that of `load_forecaster`.
    """
    config, findings = _examine()
    variables = process_variables()
    if source_variable(SETTINGS["model"], variables) is None:
        config = config.replace(model=PRODUCTION_MODEL)
    texts, lines = config.to_env(), []
    for setting in SETTINGS.values():
        source = source_variable(setting, variables) or f"default of {setting.variable}"
        lines.append(f"{setting.title:<16} {texts[setting.variable]}  ({source})")
    lines += [f"{finding.severity}: {finding}" for finding in findings]
    sys.stdout.write("\n".join(lines) + "\n")


def _examine() -> tuple[CompileConfig, tuple[Finding, ...]]:
    values, invalid = read_values(process_variables())
    config = CompileConfig(**values)
    return config, (*invalid, *check_config(config))
