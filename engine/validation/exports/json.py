"""A validation as JSON, without the forecasts that it compared."""

from engine.base.codec import to_indented_json
from engine.reports.exporter import Exporter
from engine.validation.document import report_document
from engine.validation.report import Report


def as_json(report: Report) -> str:
    """Return a report as JSON."""
    return to_indented_json(report_document(report))


JSON = Exporter("JSON", (".json",), as_json)
