"""The tables of a benchmark, for pages and terminals."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.benchmark.calls import Start
from engine.benchmark.judging import words
from engine.benchmark.judging.evidence import conditions_words
from engine.benchmark.judging.summary import Summary
from engine.benchmark.judging.verdict import Answer, Verdict
from engine.benchmark.measurements import Run
from engine.benchmark.setup import Side
from engine.reports.provenance import machine_facts, model_facts, proof_sentence

TITLE = "Benchmark of two configurations"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts.

    Attributes:
        title: Its heading.
        columns: Names of the columns; the first may be empty.
        rows: One text for each column.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def label(run: Run, verdict: Verdict) -> str:
    """Return the answer in two or three words."""
    a, b = run.setup.names
    faster = {Answer.A_FASTER: f"{a} is faster", Answer.B_FASTER: f"{b} is faster"}
    answer = faster.get(verdict.answer, verdict.answer.value)
    return f"{answer}, with caveats" if verdict.limited else answer


def tables(run: Run, summary: Summary) -> list[Table]:
    """Return all tables that have rows."""
    every = (
        _steady_table(run, summary),
        _split_table(run, summary),
        _starts_table(run),
        _scaling_table(run),
        _growth_table(run, summary),
    )
    return [one for one in every if one.rows]


def _steady_table(run: Run, summary: Summary) -> Table:
    """Return the times of steady calls."""
    columns = (
        "",
        "Median",
        "95 % interval",
        "p95",
        "p99",
        "Spread",
        "Series/s",
        "Points/s",
        "Calls",
    )
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
    return Table("Calls after warm-up", columns, rows)


def _split_table(run: Run, summary: Summary) -> Table:
    """Return the parts of the time of a call."""
    rows = tuple(
        (
            run.setup.name(one.side),
            words.seconds(one.split.preprocessing),
            words.seconds(one.split.model),
            words.seconds(one.split.postprocessing),
        )
        for one in summary.sides
    )
    return Table("Parts of a call", ("", "Preprocessing", "Model", "Postprocessing"), rows)


def _starts_table(run: Run) -> Table:
    """Return the times from a fresh process to its first forecast."""
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
            _start_name(run, one),
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
    return Table("Starts of a fresh process", columns, rows)


def _start_name(run: Run, start: Start) -> str:
    """Return the name of a start: the side's, with the state of the cache if it compiles."""
    return f"{run.setup.name(start.side)}{start.cache.suffix}"


def _scaling_table(run: Run) -> Table:
    """Return the times at other shapes."""
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


def _growth_table(run: Run, summary: Summary) -> Table:
    """Return how the time of a call grows with the shape."""
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
    """Return data, settings, model and machine, as pairs of a name and a value."""
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
        *((("while timing", conditions_words(run.conditions)),) if run.conditions else ()),
    ]
