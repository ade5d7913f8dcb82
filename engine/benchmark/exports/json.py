"""A benchmark as JSON: everything that was measured, its figures and its verdict."""

from engine.base.codec import to_indented_json
from engine.benchmark.outcome import Judged
from engine.reports.exporter import Exporter


def as_json(judged: Judged) -> str:
    """Return a benchmark as JSON."""
    return to_indented_json(judged)


JSON = Exporter("JSON", (".json",), as_json)
