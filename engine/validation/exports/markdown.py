"""A validation as Markdown, without plots."""

from engine.reports import markdown
from engine.reports.exporter import Exporter
from engine.validation.report import Report
from engine.validation.report_pages import COLUMNS, TITLE, by_group, cells, circumstances


def as_markdown(report: Report) -> str:
    """Return a report as Markdown."""
    parts = [f"# {TITLE}", f"**{report.status}**: {markdown.plain(report.verdict)}"]
    for group, results in by_group(report):
        parts += [f"## {group.capitalize()}", markdown.table(COLUMNS, map(cells, results))]
    parts += ["## Provenance", markdown.table(("", ""), circumstances(report))]
    return "\n\n".join(parts) + "\n"


MARKDOWN = Exporter("Markdown", (".md",), as_markdown)
