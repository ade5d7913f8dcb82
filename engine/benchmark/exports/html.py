"""A benchmark as one HTML page, with plots."""

from engine.benchmark.judging.verdict import Answer
from engine.benchmark.outcome import Judged
from engine.benchmark.report import TITLE, circumstances, label, tables
from engine.benchmark.report_plots import calls_plot, payback_plot, rounds_plot
from engine.reports import page
from engine.reports.exporter import Exporter

STATUS = {
    Answer.A_FASTER: "pass",
    Answer.B_FASTER: "pass",
    Answer.NO_DIFFERENCE: "pass",
    Answer.REFUSED: "not run",
}
"""The status that gives an answer its colour."""


def as_html(judged: Judged) -> str:
    """Return a benchmark as a page."""
    run, summary, verdict = judged.run, judged.summary, judged.verdict
    body = [
        page.heading(1, TITLE),
        page.verdict_box(
            "warn" if verdict.limited else STATUS[verdict.answer],
            verdict.sentence,
            label(run, verdict),
        ),
        page.paragraph(verdict.paragraph),
        *(page.paragraph(f"{one.severity}: {one}", "muted") for one in verdict.warnings),
    ]
    for one in tables(run, summary):
        body += [
            page.heading(2, one.title),
            page.table(one.columns, one.rows, numbers=one.columns[1:]),
        ]
    body += [page.heading(2, "Calls"), calls_plot(run), rounds_plot(run, summary)]
    if payback := payback_plot(run, summary):
        body += [page.heading(2, "When the start is earned back"), payback]
    body += [
        page.heading(2, "Provenance"),
        page.table(("What", "Value"), circumstances(run)),
    ]
    return page.page(TITLE, body)


HTML = Exporter("HTML page", (".html", ".htm"), as_html)
