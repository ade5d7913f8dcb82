"""A benchmark as Markdown, without plots."""

from engine.benchmark.outcome import Judged
from engine.benchmark.report import TITLE, circumstances, label, tables
from engine.reports import markdown
from engine.reports.exporter import Exporter


def as_markdown(judged: Judged) -> str:
    """Return a benchmark as Markdown."""
    run, verdict = judged.run, judged.verdict
    parts = [
        f"# {TITLE}",
        f"**{markdown.plain(label(run, verdict))}**: {markdown.plain(verdict.sentence)}",
        markdown.plain(verdict.paragraph),
    ]
    if verdict.warnings:
        lines = (f"- {one.severity}: {markdown.plain(str(one))}" for one in verdict.warnings)
        parts.append("\n".join(lines))
    for one in tables(run, judged.summary):
        parts += [f"## {one.title}", markdown.table(one.columns, one.rows)]
    parts += ["## Provenance", markdown.table(("", ""), circumstances(run))]
    return "\n\n".join(parts) + "\n"


MARKDOWN = Exporter("Markdown", (".md",), as_markdown)
