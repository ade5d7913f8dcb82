"""A validation as Markdown and as one HTML page."""

from collections.abc import Iterator
from itertools import groupby

from engine.base.wording import capitalised, counted
from engine.reports import markdown, page
from engine.results.machine import MachineDescription
from engine.results.model import ModelDescription
from engine.results.proof import CompileProof
from engine.validation.report import CheckResult, Report
from engine.validation.report_plots import plots

TITLE = "Validation of a compile configuration"
COLUMNS = ("Status", "Check", "Finding")
PLOTTED = 6
"""Rows that are plotted, the worst first."""


def as_markdown(report: Report) -> str:
    """The report as Markdown, without plots."""
    parts = [f"# {TITLE}", f"**{report.status}**: {markdown.plain(report.verdict)}"]
    for group, rows in by_group(report):
        parts += [f"## {group.capitalize()}", markdown.table(COLUMNS, map(cells, rows))]
    parts += ["## Circumstances", markdown.table(("", ""), circumstances(report))]
    return "\n\n".join(parts) + "\n"


def as_html(report: Report) -> str:
    """The report as one page, with plots of the worst rows."""
    body = [page.heading(1, TITLE), page.verdict_box(report.status, report.verdict)]
    for group, rows in by_group(report):
        body.append(page.heading(2, group.capitalize()))
        body.append(page.table(COLUMNS, map(cells, rows), badges=("Status",)))
    body.append(page.heading(2, "The cases to look at first"))
    for row in report.worst_first[:PLOTTED]:
        body += [page.heading(3, capitalised(row.check)), page.paragraph(row.sentence), plots(row)]
    body.append(page.heading(2, "Circumstances"))
    body.append(page.table(("What", "Value"), circumstances(report)))
    return page.page(TITLE, body)


def by_group(report: Report) -> Iterator[tuple[str, list[CheckResult]]]:
    """Rows by what they are about, in the order in which the groups first appear."""
    order = list(dict.fromkeys(row.group for row in report.results))
    rows = sorted(report.results, key=lambda row: order.index(row.group))
    for group, members in groupby(rows, key=lambda row: row.group):
        yield group.value, list(members)


def cells(row: CheckResult) -> tuple[str, str, str]:
    """A row of the table."""
    return row.status.value, row.check, row.sentence


def circumstances(report: Report) -> list[tuple[str, str]]:
    """Configuration, model, machine and proof, as pairs."""
    return [
        *report.config.to_env().items(),
        *model_facts(report.model),
        *machine_facts(report.machine),
        ("compiled", proof_sentence(report.proof)),
        *([("gave up compiling", report.fallback_cause)] if report.fallback_cause else []),
        ("took", f"{report.seconds:.0f} s"),
    ]


def model_facts(model: ModelDescription) -> list[tuple[str, str]]:
    """The model, as pairs."""
    return [
        ("model", f"{model.source}, {model.parameters:,} weights in {model.dtype}"),
        ("device", model.device),
    ]


def machine_facts(machine: MachineDescription) -> list[tuple[str, str]]:
    """The machine, as pairs."""
    return [
        (
            "versions",
            f"torch {machine.torch}, chronos-forecasting {machine.chronos}, "
            f"transformers {machine.transformers}, Python {machine.python}",
        ),
        ("system", machine.system),
        ("processor", f"{machine.processor}, {machine.cores} cores"),
        *(("GPU", gpu.name) for gpu in machine.gpus),
    ]


def proof_sentence(proof: CompileProof | None) -> str:
    """What torch.compile did."""
    if proof is None:
        return "nothing"
    breaks = sum(proof.graph_breaks.values())
    return (
        f"scope {proof.scope}: {counted(proof.graphs, 'graph')} in {proof.seconds:.1f} s, "
        f"{counted(breaks, 'graph break')}, {counted(len(proof.recompiles), 'recompile')}; "
        f"{proof.uncompiled_calls} of {proof.calls} calls ran eager code; "
        f"CUDA graphs {proof.cuda_graphs}"
    )
