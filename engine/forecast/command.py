"""`chronos-panel forecast`: a file of series goes in, forecasts come out."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from engine.base import files
from engine.base.errors import UserError
from engine.base.escaping import printable, quoted
from engine.base.findings import Severity
from engine.base.wording import as_sentence
from engine.check.rules.checker import check_config
from engine.data import ReadOptions
from engine.forecast import sentences
from engine.forecast.csv_cells import with_formulas_escaped
from engine.forecast.document import document
from engine.forecast.job import Forecast
from engine.forecast.outcome import ForecastOutcome
from engine.results.forecasts import DEFAULT_QUANTILE_LEVELS, valid_quantile_levels
from engine.results.judgement import Judgement, Status
from engine.runtime.events import FellBack, SmallValuesChanged
from engine.runtime.job import HORIZON, CsvSource
from engine.terminal.column_options import takes_column_options
from engine.terminal.console import messages, notice, output, results, tell
from engine.terminal.documents import print_json
from engine.terminal.exit_codes import FAILED
from engine.terminal.job_runner import news_of
from engine.terminal.options import (
    BatchSize,
    ContextLength,
    Demo,
    Device,
    EnvFile,
    Horizon,
    Json,
    Model,
    Options,
    Preset,
    Set,
    Verbose,
    resolve,
    series_file,
)

if TYPE_CHECKING:
    import pandas as pd

SEVERITIES = {Status.WARN: Severity.WARNING, Status.FAIL: Severity.ERROR}
SHOWN_ROWS = 12
FLOATS = "%.9g"
"""Nine digits restore every float32, which is what the model computes in."""
LEVELS = ",".join(map(str, DEFAULT_QUANTILE_LEVELS))

Data = Annotated[
    Path | None,
    typer.Argument(help="CSV file. With --demo you may leave it out: sample data is used."),
]
Levels = Annotated[str, typer.Option("--levels", help="Quantile levels, separated by commas.")]
Compare = Annotated[
    bool,
    typer.Option("--compare", help="Forecast both eager and compiled, and print the difference."),
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="CSV file to write the forecasts to.")
]
EscapeFormulas = Annotated[
    bool,
    typer.Option(
        "--escape-formulas",
        help="In CSV, write ' before texts that begin with =, +, -, @ or a tab. Spreadsheets run "
        "such texts as formulas. By default, texts are written as they are.",
    ),
]


@takes_column_options
def forecast(
    data: Data = None,
    horizon: Horizon = HORIZON,
    compare: Compare = False,
    file: Output = None,
    escape_formulas: EscapeFormulas = False,
    levels: Levels = LEVELS,
    context_length: ContextLength = None,
    batch_size: BatchSize = None,
    device: Device = "auto",
    json: Json = False,
    env_file: EnvFile = None,
    preset: Preset = None,
    change: Set = None,
    model: Model = None,
    demo: Demo = False,
    verbose: Verbose = False,
    *,
    columns: ReadOptions,
) -> None:
    """Forecast the series of a CSV file, eager or compiled.

    Prints a table on a terminal, and CSV into a pipe.

    Examples:
        chronos-panel forecast --demo

        chronos-panel forecast sales.csv --horizon 28 --output forecast.csv

        TORCH_COMPILED=1 chronos-panel forecast sales.csv --compare --json
    """
    options = Options(model, demo, context_length, batch_size)
    resolved = resolve(env_file, preset, change, options)
    job = Forecast(
        config=resolved.config,
        data=CsvSource(series_file(data, demo), columns),
        horizon=horizon,
        quantile_levels=read_levels(levels),
        device=device,
        compare=compare,
    )
    files.refuse_to_replace((data, env_file), file)
    files.require_writable(file)
    outcome = ForecastOutcome(job=job, findings=[*resolved.findings, *check_config(job.config)])
    for finding in outcome.findings:
        notice(finding)
    for event in news_of(job, outcome, verbose=verbose):
        match event:
            case FellBack(cause):
                tell(Severity.WARNING, f"{cause} The forecast is eager instead.")
            case SmallValuesChanged():
                tell(*sentences.small_values(event))
    frame = outcome.forecast.to_frame()
    if escape_formulas:
        frame = with_formulas_escaped(frame)
    if file is not None:
        files.write_text(file, frame.to_csv(index=False, float_format=FLOATS))
    if json:
        print_json(document(outcome))
    else:
        show(outcome, frame, file)
    judgement = outcome.judgement
    if compare and (judgement is None or judgement.status is Status.FAIL):
        raise typer.Exit(FAILED)


def show(outcome: ForecastOutcome, frame: "pd.DataFrame", file: Path | None) -> None:
    """Print the forecast: a table on a terminal, CSV into a pipe."""
    if file is None:
        with output():
            if results.is_terminal:
                results.print(preview(frame))
            else:
                frame.to_csv(sys.stdout, index=False, float_format=FLOATS)
    for run in outcome.runs:
        messages.print(sentences.times(run))
    if outcome.comparison is not None:
        messages.print(sentences.difference(outcome.comparison))
    if outcome.judgement is not None:
        show_judgement(outcome.judgement)
        if outcome.no_code_reason:
            reason = as_sentence(outcome.no_code_reason)
            tell(Severity.WARNING, f"{reason} The comparison says nothing about compiled code.")
    if outcome.policy is not None and outcome.policy.judgement.status is not Status.PASS:
        tell(Severity.WARNING, outcome.policy.judgement.sentence)
    if file is not None:
        messages.print(f"Wrote {len(frame)} rows to {printable(str(file))}.")


def preview(frame: "pd.DataFrame") -> Table:
    """Return the first rows of a forecast as a table."""
    table = Table(*(printable(str(name)) for name in frame.columns), box=None, pad_edge=False)
    for row in frame.head(SHOWN_ROWS).itertuples(index=False):
        cells = (f"{cell:.6g}" if isinstance(cell, float) else printable(str(cell)) for cell in row)
        table.add_row(*map(Text, cells))
    hidden = len(frame) - SHOWN_ROWS
    if hidden > 0:
        table.caption = f"{hidden} more rows. Write all of them with --output FILE."
    return table


def show_judgement(judgement: Judgement) -> None:
    """Print whether eager and compiled forecasts are the same."""
    if judgement.status is Status.PASS:
        messages.print(f"Same forecasts. {judgement.sentence}")
        return
    tell(
        SEVERITIES[judgement.status],
        f"Different forecasts. {judgement.sentence} Run `chronos-panel validate` to see which "
        "of the two is closer to float64.",
    )


def read_levels(text: str) -> tuple[float, ...]:
    """Read quantile levels from text.

    Raises:
        UserError: One of them is not a number between 0 and 1.
    """
    try:
        return valid_quantile_levels([float(part) for part in text.split(",")])
    except ValueError as error:
        raise UserError(
            f"The quantile levels {quoted(text)} are not numbers.", "Write them like 0.1,0.5,0.9."
        ) from error
