"""A benchmark as JSON: everything that was measured, its figures and its verdict."""

from engine.base.codec import to_indented_json
from engine.benchmark.judging.judged import JudgedRun
from engine.reports.exporter import Exporter


def as_json(judged: JudgedRun) -> str:
    """Return a benchmark as JSON."""
    return to_indented_json(judged)


JSON = Exporter("JSON", (".json",), as_json)
