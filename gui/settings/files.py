"""Read settings from env files and from JSON."""

from pathlib import Path
from typing import Any

from engine.base import files
from engine.base.codec import DecodeError, convert, from_json
from engine.base.errors import UserError
from engine.base.findings import Finding
from engine.config import env_file
from engine.config.settings import CompileConfig


def read(path: Path) -> tuple[CompileConfig, tuple[Finding, ...]]:
    """Read settings from an env file or, by its suffix, from JSON.

    Returns:
        The settings, and what is unusual about the file.

    Raises:
        UserError: The file cannot be used.
    """
    if path.suffix.lower() == ".json":
        return CompileConfig.from_env(_json_variables(path)), ()
    variables, findings = env_file.read(path)
    return CompileConfig.from_env(variables), findings


def _json_variables(path: Path) -> dict[str, str]:
    text = files.read_text(path, env_file.LARGEST)
    try:
        document = from_json(dict[str, Any], text)
        return convert(dict[str, str], document.get("variables", document))
    except DecodeError as error:
        raise UserError(
            f"{path} does not hold settings: {error}.",
            'Use the form {"variables": {"TORCH_COMPILED": "1"}}.',
        ) from error
