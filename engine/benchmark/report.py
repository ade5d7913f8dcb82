"""A benchmark as Markdown and as one HTML page with plots; its tables also go to terminals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.benchmark.judging import words
from engine.benchmark.judging.evidence import conditions_words
from engine.benchmark.judging.statistics import log_ratios
from engine.benchmark.judging.summary import Summary
from engine.benchmark.judging.totals import total_lines
from engine.benchmark.judging.verdict import Answer, Verdict
from engine.benchmark.measurements import Cache, Phase, Run
from engine.benchmark.setup import Side
from engine.reports import markdown, page
from engine.reports.svg import Curve, Dots, Layer, Level, chart
from engine.validation.report_pages import machine_facts, model_facts, proof_sentence

TITLE = "Benchmark of two configurations"
KINDS = {Side.A: "eager", Side.B: "compiled"}
"""The page's colours of the sides."""

STATUS = {
    Answer.A_FASTER: "pass",
    Answer.B_FASTER: "pass",
    Answer.NO_DIFFERENCE: "pass",
    Answer.REFUSED: "not run",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts.

    Attributes:
        title: What it is about.
        columns: Names; that of the first column may be empty.
        rows: One text for each column.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def as_markdown(run: Run, summary: Summary, verdict: Verdict) -> str:
    """The report as Markdown, without plots."""
    parts = [
        f"# {TITLE}",
        f"**{markdown.plain(label(run, verdict))}**: {markdown.plain(verdict.sentence)}",
        markdown.plain(verdict.paragraph),
    ]
    if verdict.warnings:
        lines = (f"- {one.severity}: {markdown.plain(str(one))}" for one in verdict.warnings)
        parts.append("\n".join(lines))
    for one in tables(run, summary):
        parts += [f"## {one.title}", markdown.table(one.columns, one.rows)]
    parts += ["## Circumstances", markdown.table(("", ""), circumstances(run))]
    return "\n\n".join(parts) + "\n"


def as_html(run: Run, summary: Summary, verdict: Verdict) -> str:
    """The report as one page."""
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
        body += [page.heading(2, "When the start has paid for itself"), payback]
    body += [
        page.heading(2, "Circumstances"),
        page.table(("What", "Value"), circumstances(run)),
    ]
    return page.page(TITLE, body)


def label(run: Run, verdict: Verdict) -> str:
    """The answer in two or three words."""
    a, b = run.setup.names
    faster = {Answer.A_FASTER: f"{a} is faster", Answer.B_FASTER: f"{b} is faster"}
    answer = faster.get(verdict.answer, verdict.answer.value)
    return f"{answer}, with care" if verdict.limited else answer


def tables(run: Run, summary: Summary) -> list[Table]:
    """All tables that have rows."""
    every = (
        steady_table(run, summary),
        split_table(run, summary),
        starts_table(run),
        scaling_table(run),
        growth_table(run, summary),
    )
    return [one for one in every if one.rows]


def steady_table(run: Run, summary: Summary) -> Table:
    """The times of steady calls."""
    columns = ("", "Median", "95 %", "p95", "p99", "Spread", "Series/s", "Points/s", "Calls")
    rows = tuple(
        (
            run.setup.name(one.side),
            words.seconds(one.median.value),
            f"{words.seconds(one.median.low)}-{words.seconds(one.median.high)}",
            words.seconds(one.p95),
            words.seconds(one.p99),
            words.percent(one.spread),
            f"{one.series_per_second:,.0f}",
            f"{one.points_per_second:,.0f}",
            str(one.calls),
        )
        for one in summary.sides
    )
    return Table("A forecast, once warm", columns, rows)


def split_table(run: Run, summary: Summary) -> Table:
    """Where the time of a call goes."""
    rows = tuple(
        (
            run.setup.name(one.side),
            words.seconds(one.split.preprocessing),
            words.seconds(one.split.model),
            words.seconds(one.split.postprocessing),
        )
        for one in summary.sides
    )
    return Table("Parts of a forecast", ("", "Preparing", "Model", "Framing"), rows)


def starts_table(run: Run) -> Table:
    """The time to the first forecast."""
    columns = (
        "",
        "First forecast",
        "Import",
        "Load",
        "First call",
        "Compiling",
        "Warm-up",
        "Memory",
    )
    rows = tuple(
        (
            run.setup.name(one.side) + ("" if one.cache is Cache.NONE else f", {one.cache} cache"),
            words.seconds(one.first_forecast),
            words.seconds(one.importing),
            words.seconds(one.loading),
            words.seconds(one.first_call),
            words.seconds(one.compiling),
            words.seconds(one.warm_up),
            words.memory(one.peak_memory, one.peak_gpu_memory),
        )
        for one in run.starts
    )
    return Table("From a fresh process", columns, rows)


def scaling_table(run: Run) -> Table:
    """Times at other shapes."""
    columns = ("", "Series", "Context", "Call", "Per series", "Calls")
    rows = tuple(
        (
            run.setup.name(one.side),
            str(one.items),
            str(one.steps),
            words.seconds(one.seconds),
            words.seconds(one.per_series),
            str(one.calls),
        )
        for one in run.scaling
    )
    return Table("Other shapes", columns, rows)


def growth_table(run: Run, summary: Summary) -> Table:
    """How time grows with the shape."""
    rows = tuple(
        (
            run.setup.name(one.side),
            one.over,
            f"{one.held} {'steps' if one.over == 'batch' else 'series'}",
            f"{one.exponent:.2f}",
        )
        for one in summary.growth
    )
    columns = ("", "Over", "At", "Exponent (1 is linear)")
    return Table("Growth of the time of a call", columns, rows)


def circumstances(run: Run) -> list[tuple[str, str]]:
    """Data, settings, model and machine, as pairs."""
    setup = run.setup
    facts = run.facts_of(Side.A)
    first, second = (config.to_env() for config in setup.configs)
    settings: Sequence[tuple[str, str]] = [
        (name, text if text == second[name] else f"{text} / {second[name]}")
        for name, text in first.items()
    ]
    return [
        ("began", setup.began),
        ("data", f"{setup.data}, {setup.shape}"),
        ("A / B", " / ".join(setup.names)),
        *settings,
        *(model_facts(facts.model) if facts else ()),
        *(
            (f"{setup.name(one.side)} compiled", proof_sentence(one.proof))
            for one in run.facts
            if one.proof
        ),
        *(
            (f"fallback of {setup.name(one.side)}", one.fallback)
            for one in run.facts
            if one.fallback
        ),
        *(machine_facts(run.machine) if run.machine else ()),
        *((("meanwhile", conditions_words(run.conditions)),) if run.conditions else ()),
    ]


def calls_plot(run: Run) -> str:
    """Every call when it was made, the first ones left out, which dwarf the others."""
    layers: list[Layer] = []
    for side, kind in KINDS.items():
        mine = [one for one in run.calls if one.side is side and one.phase is not Phase.FIRST]
        at, seconds = (np.array([getattr(one, name) for one in mine]) for name in ("at", "seconds"))
        layers.append(Dots(kind, run.setup.name(side), at, 1000 * seconds))
    return chart("Times of calls", layers, "seconds since the beginning", "ms")


def rounds_plot(run: Run, summary: Summary) -> str:
    """The ratio of every round, and that of all with its interval."""
    ratios = np.exp(log_ratios(run.calls))
    rounds = np.arange(1, len(ratios) + 1, dtype=np.float64)
    layers: list[Layer] = [Dots("history", "a round of four calls", rounds, ratios)]
    if summary.speed is not None:
        layers += [
            Level("compiled", "all rounds, with 95 % interval", summary.speed.value),
            Level("compiled", "", summary.speed.low),
            Level("compiled", "", summary.speed.high),
        ]
    layers.append(Level("bound", "equally fast", 1.0))
    names = run.setup.names
    return chart("Ratios of speed", layers, "round", f"{names[1]} relative to {names[0]}")


def payback_plot(run: Run, summary: Summary) -> str:
    """Time spent after so many forecasts; empty where no start has to be earned."""
    payback = summary.cold
    if payback is None or not np.isfinite(payback.calls.value) or payback.calls.value <= 0:
        return ""
    forecasts = np.linspace(0, 2 * payback.calls.value, 50)
    layers: list[Layer] = []
    for line in total_lines(run, summary):
        if line.cache is not Cache.WARM:
            kind, spent = KINDS[line.side], line.start + forecasts * line.call
            layers.append(
                Curve(kind, run.setup.name(line.side), forecasts, spent, kind == "compiled")
            )
    return chart("Time spent", layers, "forecasts since the start", "seconds, start included")
