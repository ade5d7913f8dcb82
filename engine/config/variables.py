"""Read the settings from environment variables, and find settings by name."""

import difflib
import os
import sys
from collections.abc import Mapping
from typing import Any

from engine.base.escaping import quoted
from engine.base.findings import Finding, Severity
from engine.config.settings import SETTINGS, VARIABLES, ConfigError, Setting, from_text


def process_variables() -> dict[str, str]:
    """Return the process's environment variables, without the cache folder that torch chose itself.

    Where nobody has set one, torch puts a folder that all users share into the environment as soon
    as it is imported.
    """
    variables, cache_dir = dict(os.environ), SETTINGS["cache_dir"].variable
    torchs = sys.modules.get("torch._inductor.runtime.cache_dir_utils")
    if torchs is not None and variables.get(cache_dir) == torchs.default_cache_dir():
        del variables[cache_dir]
    return variables


def read_values(environment: Mapping[str, str]) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Read every setting that has a variable in the environment.

    An empty variable counts as not set, as in `TORCH_COMPILED= command`.

    Returns:
        The values that are allowed, by field name, and a finding for each one that is not.
    """
    values: dict[str, Any] = {}
    findings: list[Finding] = []
    for name, setting in SETTINGS.items():
        variable = source_variable(setting, environment)
        if variable is None:
            continue
        try:
            values[name] = from_text(name, environment[variable], called=variable)
        except ConfigError as error:
            findings.extend(error.findings)
    return values, tuple(findings)


def source_variable(setting: Setting, environment: Mapping[str, str]) -> str | None:
    """Return the variable that a setting would be read from; None if it keeps its default."""
    candidates = (setting.variable, *setting.older_variables)
    return next((variable for variable in candidates if environment.get(variable)), None)


def setting_by_any_name(text: str) -> str:
    """Return the field that a person means by a field name or a variable.

    Raises:
        ConfigError: There is no such setting.
    """
    names = {name: name for name in SETTINGS}
    names |= {variable.lower(): name for variable, name in VARIABLES.items()}
    key = text.strip().replace("-", "_").lower()
    if key in names:
        return names[key]
    nearest = difflib.get_close_matches(key, names, n=1)
    hint = f" Did you mean {nearest[0]!r}?" if nearest else ""
    finding = Finding(
        Severity.ERROR,
        text,
        f"There is no setting {quoted(text)}.{hint}",
        remedy=f"The settings are {', '.join(SETTINGS)}.",
    )
    raise ConfigError((finding,))


def nearest_variable(variable: str) -> str | None:
    """Return the variable of ours that an unknown one looks like a misspelling of."""
    # At 0.8 torch's own TORCH_COMPILE_DEBUG would look like TORCH_COMPILED.
    nearest = difflib.get_close_matches(variable.upper(), VARIABLES, n=1, cutoff=0.85)
    return nearest[0] if nearest else None
