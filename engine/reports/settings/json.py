"""Settings as JSON, in the form that `chronos-panel export --json` prints."""

from engine.base.codec import to_indented_json
from engine.config.settings import CompileConfig
from engine.reports.exporter import Exporter


def as_json(config: CompileConfig) -> str:
    """Return the variables of a configuration as JSON."""
    return to_indented_json({"variables": config.to_env()})


JSON = Exporter("JSON", (".json",), as_json)
