"""`chronos-panel history`: the benchmarks that were kept."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from engine.base.escaping import printable
from engine.benchmark.command import show as show_benchmark
from engine.benchmark.comparing import RunComparison, compare_runs
from engine.benchmark.exports import EXPORTERS
from engine.benchmark.kept import kept_run
from engine.benchmark.outcome import Judged
from engine.history.store import History, history_file
from engine.reports.exporter import exporter_for, write
from engine.terminal.console import messages, output, results
from engine.terminal.documents import print_json
from engine.terminal.options import Json

history = typer.Typer(help="List, show, compare and export kept benchmarks.", no_args_is_help=True)

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
        table.add_row(str(entry.id), Text(printable(entry.began)), Text(printable(entry.sentence)))
    with output():
        results.print(table if entries else "The history is empty. Run `chronos-panel benchmark`.")


@history.command()
def show(number: Number, json: Json = False) -> None:
    """Show a run, judged by the rules of this version.

    Examples:
        chronos-panel history show 3
    """
    found = judged(number)
    if json:
        print_json(found)
    else:
        show_benchmark(found)


@history.command()
def compare(earlier: Number, later: Number, json: Json = False) -> None:
    """Say whether the speed ratios of two runs differ.

    Times of calls are shown, not judged.

    Examples:
        chronos-panel history compare 3 7
    """
    with History(history_file()) as kept:
        found = compare_runs(kept_run(kept, earlier), kept_run(kept, later))
    if json:
        print_json(found)
    else:
        show_comparison(found)


@history.command()
def export(
    number: Number,
    file: Annotated[Path, typer.Argument(help="A name that ends with .json, .csv, .md or .html.")],
) -> None:
    """Write a run to a file: a report, everything as JSON, or all calls as CSV.

    Examples:
        chronos-panel history export 3 calls.csv

        chronos-panel history export 3 report.html
    """
    found = judged(number)
    write(exporter_for(EXPORTERS, file), found, file)
    messages.print(f"Run {number} was written to {printable(str(file))}.")


def judged(number: int) -> Judged:
    """Return a run of the history, judged by the rules of this version.

    Raises:
        UserError: There is no such run.
    """
    with History(history_file()) as kept:
        return Judged.of(kept_run(kept, number))


def show_comparison(found: RunComparison) -> None:
    """Print a comparison for people."""
    with output():
        if found.change is not None:
            table = Table(
                "Figure", "Later / earlier", "95 % interval", "", box=None, pad_edge=False
            )
            one = found.change
            table.add_row(
                one.figure,
                f"{one.ratio.value:.3f}",
                f"{one.ratio.low:.3f}-{one.ratio.high:.3f}",
                "differs" if one.differs else "the same" if one.same else "unknown",
            )
            results.print(table)
            results.print()
        for title, differences in (
            ("Time of calls", found.times),
            ("Other differences", found.circumstances),
        ):
            if differences:
                table = Table(title, "Earlier", "Later", box=None, pad_edge=False)
                for difference in differences:
                    table.add_row(difference.what, Text(difference.earlier), Text(difference.later))
                results.print(table)
                results.print()
        results.print(found.sentence)
