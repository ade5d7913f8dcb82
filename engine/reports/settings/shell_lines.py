"""Settings as `export NAME=value` lines for a POSIX shell."""

import shlex

from engine.config.settings import CompileConfig
from engine.reports.exporter import Exporter


def shell_lines(config: CompileConfig) -> str:
    """Return a line for each setting."""
    variables = config.to_env().items()
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables)


SHELL_LINES = Exporter("Shell files", (".sh",), shell_lines)
