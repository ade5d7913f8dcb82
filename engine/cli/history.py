"""`chronos-panel history`: the benchmarks of earlier days."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from engine.base import files
from engine.base.errors import UserError
from engine.benchmark import report as reports
from engine.benchmark.calls_csv import as_csv
from engine.benchmark.command import show as show_benchmark
from engine.benchmark.comparing import RunComparison, compare_runs
from engine.benchmark.judging.summary import Summary, summarise
from engine.benchmark.judging.verdict import Verdict, judge
from engine.benchmark.measurements import Run
from engine.history.store import History, history_file
from engine.reports.documents import json_text, print_json
from engine.terminal.console import messages, output, results
from engine.terminal.options import Json

history = typer.Typer(
    help="List, show, compare and export the benchmarks that were kept.", no_args_is_help=True
)

Number = Annotated[int, typer.Argument(help="The number of a run.", metavar="ID")]


@history.command("list")
def list_runs(json: Json = False) -> None:
    """List all runs, the newest first.

    Examples:
        chronos-panel history list
    """
    with History(history_file()) as kept:
        entries = kept.entries()
    if json:
        print_json(entries)
        return
    table = Table("Run", "Began", "Verdict", box=None, pad_edge=False)
    for entry in entries:
        table.add_row(str(entry.id), entry.began, Text(entry.sentence))
    with output():
        results.print(table if entries else "There are no runs yet: `chronos-panel benchmark`.")


@history.command()
def show(number: Number, json: Json = False) -> None:
    """Show a run as it was measured, judged by the rules of today.

    Examples:
        chronos-panel history show 3
    """
    run, summary, verdict = judged(number)
    if json:
        print_json({"run": run, "summary": summary, "verdict": verdict})
    else:
        show_benchmark(run, summary, verdict)


@history.command()
def compare(earlier: Number, later: Number, json: Json = False) -> None:
    """Say whether the ratio of a later run differs from that of an earlier one.

    Times of calls are told beside it and not judged.

    Examples:
        chronos-panel history compare 3 7
    """
    with History(history_file()) as kept:
        found = compare_runs(kept.run(earlier), kept.run(later))
    if json:
        print_json(found)
    else:
        show_comparison(found)


@history.command()
def export(
    number: Number,
    file: Annotated[Path, typer.Argument(help="A name that ends with .json, .csv, .md or .html.")],
) -> None:
    """Write a run to a file: everything, all samples, or a report.

    Examples:
        chronos-panel history export 3 samples.csv

        chronos-panel history export 3 report.html
    """
    run, summary, verdict = judged(number)
    match file.suffix.lower():
        case ".json":
            text = json_text({"run": run, "summary": summary, "verdict": verdict})
        case ".csv":
            text = as_csv(run)
        case ".md":
            text = reports.as_markdown(run, summary, verdict)
        case ".html":
            text = reports.as_html(run, summary, verdict)
        case _:
            raise UserError(
                f"It is not clear what to write to {file}.",
                "Give it a name that ends with .json, .csv, .md or .html.",
            )
    files.write_text(file, text)
    messages.print(f"Run {number} was written to {file}.")


def judged(number: int) -> tuple[Run, Summary, Verdict]:
    """A run of the history with its figures and its verdict, computed again.

    Raises:
        UserError: There is no such run.
    """
    with History(history_file()) as kept:
        run = kept.run(number)
    summary = summarise(run)
    return run, summary, judge(run, summary)


def show_comparison(found: RunComparison) -> None:
    """Prints a comparison for people."""
    with output():
        if found.change is not None:
            table = Table("Figure", "Later / earlier", "95 %", "", box=None, pad_edge=False)
            one = found.change
            table.add_row(
                one.figure,
                f"{one.ratio.value:.3f}",
                f"{one.ratio.low:.3f}-{one.ratio.high:.3f}",
                "differs" if one.differs else "the same" if one.same else "cannot be told",
            )
            results.print(table)
            results.print()
        for title, differences in (("Told", found.times), ("Not the same", found.circumstances)):
            if differences:
                table = Table(title, "Earlier", "Later", box=None, pad_edge=False)
                for difference in differences:
                    table.add_row(difference.what, Text(difference.earlier), Text(difference.later))
                results.print(table)
                results.print()
        results.print(found.sentence)
