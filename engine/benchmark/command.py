"""`chronos-panel benchmark`: which of two configurations is faster, and does its start pay?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from engine.base import files
from engine.base.errors import UserError
from engine.base.escaping import quoted
from engine.benchmark import kept
from engine.benchmark import report as reports
from engine.benchmark.exports.html import HTML
from engine.benchmark.exports.markdown import MARKDOWN
from engine.benchmark.job import ROWS, TIME_BUDGET, Benchmark
from engine.benchmark.judging.verdict import Answer, Verdict
from engine.benchmark.measurements import Run
from engine.benchmark.outcome import BenchmarkOutcome, Judged
from engine.check.rules.checker import check_config
from engine.config.presets import PRESETS
from engine.config.settings import CompileConfig
from engine.data import ReadOptions
from engine.history.store import History, history_file
from engine.runtime.job import HORIZON, CsvSource
from engine.terminal.column_options import takes_column_options
from engine.terminal.console import Results, complain, messages, notice, output, results
from engine.terminal.documents import print_json
from engine.terminal.exit_codes import FAILED
from engine.terminal.job_runner import run_job
from engine.terminal.options import (
    BatchSize,
    ContextLength,
    Demo,
    Device,
    Horizon,
    Json,
    Model,
    Options,
    Verbose,
    preset_key,
    resolve,
    series_file,
)
from engine.terminal.report_files import write_report

FILES = "Files"
WIDTH = 110
"""Columns that the tables need; narrower terminals wrap their lines."""

COLOURS = {
    Answer.A_FASTER: "bold",
    Answer.B_FASTER: "bold green",
    Answer.NO_DIFFERENCE: "bold",
    Answer.REFUSED: "bold red",
}
LIMITED = "bold yellow"

Data = Annotated[
    Path | None, typer.Argument(help="CSV file; with --demo, sample data if you name none.")
]
SideOption = Annotated[
    str, typer.Option(metavar="PRESET|FILE", help="A preset's name, or an env file.")
]
Rows = Annotated[
    int, typer.Option("--rows", min=1, help="Rows (targets and covariates) of each call, at most.")
]
TimeBudget = Annotated[
    float,
    typer.Option(
        "--time-budget",
        min=1,
        help="Seconds that the benchmark takes; fresh starts may take longer.",
    ),
]
Margin = Annotated[
    float,
    typer.Option(
        "--margin", min=0.001, max=0.5, help="Ratios within 1 +- this count as no difference."
    ),
]
Rate = Annotated[
    float | None,
    typer.Option(
        "--rate", min=0.001, help="Calls an hour, to say when a slower start is earned back."
    ),
]
Starts = Annotated[
    bool, typer.Option("--starts/--no-starts", help="Measure the time to the first forecast.")
]
Scaling = Annotated[
    bool, typer.Option("--scaling", help="Time other batch sizes and context lengths too.")
]
Keep = Annotated[bool, typer.Option("--keep/--no-keep", help="Keep the run in the history.")]


@takes_column_options
def benchmark(
    data: Data = None,
    a: SideOption = "production-eager",
    b: SideOption = "production-compiled",
    horizon: Horizon = HORIZON,
    rows: Rows = ROWS,
    context_length: ContextLength = None,
    batch_size: BatchSize = None,
    time_budget: TimeBudget = TIME_BUDGET,
    margin: Margin = 0.02,
    rate: Rate = None,
    starts: Starts = True,
    scaling: Scaling = False,
    keep: Keep = True,
    device: Device = "auto",
    json: Json = False,
    html: Annotated[
        Path | None,
        typer.Option("--html", help="Write one page with plots.", rich_help_panel=FILES),
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", help="Write Markdown.", rich_help_panel=FILES)
    ] = None,
    model: Model = None,
    demo: Demo = False,
    verbose: Verbose = False,
    *,
    columns: ReadOptions,
) -> None:
    """Time two configurations in alternation: which is faster, and when does its start pay?

    Exits with 0 for a verdict, with 1 without one or if a report could not be written, and with
    130 if you interrupt it. What was measured is shown and kept in any case.

    Examples:
        chronos-panel benchmark --demo

        chronos-panel benchmark sales.csv --a production-eager --b my.env --rate 60

        chronos-panel benchmark sales.csv --scaling --html report.html
    """
    source = series_file(data, demo)
    files.refuse_to_replace((data, a, b), html, markdown)
    files.require_writable(html, markdown)
    options = Options(model, demo, context_length, batch_size)
    sides = [read_side(text, options) for text in (a, b)]
    job = Benchmark(
        a=sides[0],
        b=sides[1],
        names=names_of((a, b), (sides[0], sides[1])),
        data=CsvSource(source, columns),
        horizon=horizon,
        rows=rows,
        device=device,
        time_budget=time_budget,
        margin=margin,
        calls_per_hour=rate,
        starts=starts,
        scaling=scaling,
    )
    outcome = BenchmarkOutcome()
    code = 0
    try:
        run_job(job, outcome, verbose=verbose)
    except typer.Exit as stopped:
        code = stopped.exit_code
    judged = outcome.judge()
    if judged is None:
        raise typer.Exit(code or FAILED)
    run, summary, verdict = judged.run, judged.summary, judged.verdict
    number = keep_run(run, verdict) if keep else None
    written = write_reports(html, markdown, judged)
    if json:
        print_json({"run": run, "summary": summary, "verdict": verdict, "history": number})
    else:
        show(judged)
        if number is not None:
            messages.print(f"Kept as run {number}: `chronos-panel history show {number}`.")
    if code or verdict.answer is Answer.REFUSED or not verdict.complete or not written:
        raise typer.Exit(code or FAILED)


def read_side(text: str, options: Options) -> CompileConfig:
    """Return a side's configuration from a preset's name or an env file, and the options.

    Raises:
        UserError: It is neither, or a value in it is invalid.
    """
    is_preset = preset_key(text) in PRESETS
    if not is_preset and not files.exists(text):
        raise UserError(
            f"{quoted(text)} is neither a preset nor a file.",
            f"The presets are {', '.join(PRESETS)}. `chronos-panel export` writes env files.",
        )
    file, preset = (None, text) if is_preset else (Path(text), None)
    resolved = resolve(file, preset, None, options)
    for finding in (*resolved.findings, *check_config(resolved.config)):
        notice(finding)
    return resolved.config


def names_of(
    given: tuple[str, str], configs: tuple[CompileConfig, CompileConfig]
) -> tuple[str, str]:
    """Return the names of the sides: eager and compiled where that tells them apart."""
    if [config.enabled for config in configs] == [False, True]:
        return "eager", "compiled"
    first, second = (Path(text).name for text in given)
    return (first, second) if first != second else (f"{first} (A)", f"{second} (B)")


def keep_run(run: Run, verdict: Verdict) -> int | None:
    """Add a run to the history; print what prevents it, and go on."""
    try:
        with History(history_file()) as history:
            return kept.keep_run(history, run, verdict)
    except UserError as error:
        complain(f"The run was not kept. {error.sentence}", error.remedy)
        return None


def write_reports(html: Path | None, markdown: Path | None, judged: Judged) -> bool:
    """Write the reports that you ask for; return whether all were written."""
    written = (
        write_report(HTML, judged, html),
        write_report(MARKDOWN, judged, markdown),
    )
    return all(written)


def show(judged: Judged) -> None:
    """Print a result for people."""
    run, summary, verdict = judged.run, judged.summary, judged.verdict
    wide = Results(width=max(results.width, WIDTH), markup=False, highlight=False)
    with output():
        for one in reports.tables(run, summary):
            table = Table(box=None, pad_edge=False)
            for column in one.columns:
                table.add_column(column, no_wrap=True)
            for row in one.rows:
                table.add_row(*map(Text, row))
            wide.print(table)
            results.print()
        results.print(Text(verdict.paragraph))
        results.print()
        colour = LIMITED if verdict.limited else COLOURS[verdict.answer]
        results.print(Text(verdict.sentence, colour))
    for warning in verdict.warnings:
        notice(warning)
