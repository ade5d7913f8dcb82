"""Settings as an env file."""

from engine.config import env_file
from engine.config.env_dialects import Dialect
from engine.config.settings import CompileConfig
from engine.reports.exporter import Exporter


def env_file_exporter(dialect: Dialect) -> Exporter[CompileConfig]:
    """Return the exporter of env files in a dialect."""
    return Exporter("Env files", (".env",), lambda config: env_file.render(config, dialect))
