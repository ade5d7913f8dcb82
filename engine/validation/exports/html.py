"""A validation as one HTML page, with plots of the cases to look at first."""

from engine.base.wording import capitalised
from engine.reports import page
from engine.reports.exporter import Exporter
from engine.validation.report import Report
from engine.validation.report_pages import COLUMNS, TITLE, by_group, cells, circumstances
from engine.validation.report_plots import plots

PLOTTED = 6
"""Checks with plots, the worst first."""


def as_html(report: Report) -> str:
    """Return a report as a page."""
    body = [page.heading(1, TITLE), page.verdict_box(report.status, report.verdict)]
    for group, results in by_group(report):
        body.append(page.heading(2, group.capitalize()))
        body.append(page.table(COLUMNS, map(cells, results), badges=("Status",)))
    body.append(page.heading(2, "The cases to look at first"))
    for one in report.worst_first[:PLOTTED]:
        body += [page.heading(3, capitalised(one.check)), page.paragraph(one.sentence), plots(one)]
    body.append(page.heading(2, "Provenance"))
    body.append(page.table(("What", "Value"), circumstances(report)))
    return page.page(TITLE, body)


HTML = Exporter("HTML page", (".html", ".htm"), as_html)
