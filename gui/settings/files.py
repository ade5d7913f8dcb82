"""Configurations from files and to files: env files, shell lines and JSON."""

import json
import shlex
from collections.abc import Mapping
from pathlib import Path

from engine.base import files
from engine.base.errors import UserError
from engine.base.findings import Finding
from engine.config import env_file as envfile
from engine.config.settings import CompileConfig, ConfigError
from engine.config.variables import read_values


def shell_lines(config: CompileConfig) -> str:
    """The configuration as `export NAME=value` lines for a POSIX shell."""
    variables = config.to_env().items()
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables)


def json_text(config: CompileConfig) -> str:
    """The configuration as JSON, as `chronos-panel export --json` gives it."""
    return json.dumps({"variables": config.to_env()}, indent=2) + "\n"


def read(path: Path) -> tuple[CompileConfig, tuple[Finding, ...]]:
    """Reads a configuration from an env file or, by its ending, from JSON.

    Returns:
        The configuration, and what was odd about the file.

    Raises:
        UserError: The file cannot be used; the sentence says why.
    """
    if path.suffix.lower() == ".json":
        return _from_variables(_json_variables(path)), ()
    variables, findings = envfile.read(path)
    return _from_variables(variables), findings


def _from_variables(variables: Mapping[str, str]) -> CompileConfig:
    values, wrong = read_values(variables)
    if wrong:
        raise ConfigError(wrong)
    return CompileConfig(**values)


def _json_variables(path: Path) -> dict[str, str]:
    remedy = 'Give it the form {"variables": {"TORCH_COMPILED": "1"}}.'
    try:
        document = json.loads(files.read_text(path))
    except ValueError as error:
        raise UserError(f"{path} is not JSON: {error}.", remedy) from error
    variables = document.get("variables", document) if isinstance(document, dict) else None
    if not isinstance(variables, dict) or not all(
        isinstance(value, str) for value in variables.values()
    ):
        raise UserError(f"{path} holds no variables with texts.", remedy)
    return variables
