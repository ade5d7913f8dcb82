"""`chronos-panel forecast`: a CSV goes in, forecasts come out."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.table import Table
from rich.text import Text

from engine.base import files
from engine.base.errors import UserError
from engine.base.findings import Finding, Severity
from engine.base.wording import as_sentence, counted
from engine.check.rules import check_config
from engine.config.settings import CompileConfig
from engine.data import ReadOptions
from engine.data.samples import sample
from engine.data.series import SeriesSet
from engine.forecast.events import Compared, ForecastReady, PolicyWeighed
from engine.forecast.job import Forecast
from engine.reports.documents import print_json
from engine.results.comparison import Comparison
from engine.results.forecasts import DEFAULT_QUANTILE_LEVELS, ForecastSet, valid_quantile_levels
from engine.results.judgement import Status
from engine.results.judging import Judgement
from engine.results.model import ModelDescription
from engine.runtime import events
from engine.runtime.job import BATCH_SIZE, HORIZON, CsvSource
from engine.terminal.column_options import takes_column_options
from engine.terminal.console import FAILED, messages, notice, output, results, tell
from engine.terminal.options import (
    BatchSize,
    ContextLength,
    Demo,
    Device,
    EnvFile,
    Json,
    Model,
    Preset,
    Set,
    Verbose,
    data_file,
    resolve,
)
from engine.terminal.running import run_job

SEVERITIES = {Status.WARN: Severity.WARNING, Status.FAIL: Severity.ERROR}
SHOWN_ROWS = 12
# Nine digits give back every float32, which is what the model computes in.
FLOATS = "%.9g"
LEVELS = ",".join(map(str, DEFAULT_QUANTILE_LEVELS))

Data = Annotated[
    Path | None, typer.Argument(help="CSV file; with --demo it may be left out for sample data.")
]
Horizon = Annotated[int, typer.Option("--horizon", min=1, help="Steps to forecast.")]
Levels = Annotated[str, typer.Option("--levels", help="Quantile levels, separated by commas.")]
Compare = Annotated[
    bool, typer.Option("--compare", help="Also run the other mode and print the difference.")
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="CSV file to write the forecasts to.")
]


@takes_column_options
def forecast(
    data: Data = None,
    horizon: Horizon = HORIZON,
    compare: Compare = False,
    file: Output = None,
    levels: Levels = LEVELS,
    context_length: ContextLength = None,
    batch_size: BatchSize = BATCH_SIZE,
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

    Prints a table on a terminal and CSV into a pipe.

    Examples:
        chronos-panel forecast --demo

        chronos-panel forecast sales.csv --horizon 28 --output forecast.csv

        TORCH_COMPILED=1 chronos-panel forecast sales.csv --compare --json
    """
    resolved = resolve(env_file, preset, change, model, demo)
    if data is None and not demo:
        raise UserError(
            "There is no file to forecast.", "Name a CSV file, or use --demo for sample data."
        )
    job = Forecast(
        config=resolved.config,
        data=CsvSource(data_file(data or sample()), columns),
        horizon=horizon,
        quantile_levels=read_levels(levels),
        context_length=context_length,
        batch_size=batch_size,
        device=device,
        compare=compare,
    )
    files.refuse_to_replace(data, file)
    if file is not None:
        files.require_writable(file)
    outcome = Gathered(notices=[*resolved.findings, *check_config(resolved.config)])
    for finding in outcome.notices:
        notice(finding)
    for event in run_job(job, verbose=verbose):
        outcome.take(event)
    if file is not None:
        frame = outcome.forecast.to_frame()
        files.write_text(file, frame.to_csv(index=False, float_format=FLOATS))
    if json:
        print_json(outcome.document(resolved.config))
    else:
        show(outcome, file)
    judgement = outcome.judgement
    if compare and (judgement is None or judgement.status is Status.FAIL):
        raise typer.Exit(FAILED)


@dataclass(slots=True)
class Gathered:
    """What a forecast job told.

    Attributes:
        series: The series.
        model: The model.
        runs: One for each mode that ran, the one asked for first.
        comparison: How far they are apart, if both ran.
        judgement: Whether that is too far, if both ran.
        policy: What the small-value policy does to the forecasts, if both ran and it altered any.
        notices: What the user should know.
        fallbacks: Why compilation was given up.
        changed_values: What the small-value policy did.
    """

    series: SeriesSet | None = None
    model: ModelDescription | None = None
    runs: list[ForecastReady] = field(default_factory=list)
    comparison: Comparison | None = None
    judgement: Judgement | None = None
    policy: PolicyWeighed | None = None
    notices: list[Finding] = field(default_factory=list)
    fallbacks: list[str] = field(default_factory=list)
    changed_values: list[events.SmallValuesChanged] = field(default_factory=list)

    def take(self, event: events.Event) -> None:
        """Takes note of an event, and tells the user what should not wait."""
        match event:
            case events.DataLoaded(series):
                self.series = series
            case events.ModelLoaded(model):
                self.model = model
            case ForecastReady():
                self.runs.append(event)
            case Compared(comparison, judgement):
                self.comparison, self.judgement = comparison, judgement
            case PolicyWeighed():
                self.policy = event
            case events.FellBack(cause):
                self.fallbacks.append(cause)
                tell(Severity.WARNING, f"{cause} The forecast is eager instead.")
            case events.Noticed(finding):
                self.notices.append(finding)
            case events.SmallValuesChanged():
                if event not in self.changed_values:
                    self.changed_values.append(event)
                    tell(*small_values_sentence(event))

    @property
    def forecast(self) -> ForecastSet:
        """The forecast that was asked for."""
        return self.runs[0].forecast

    def document(self, config: CompileConfig) -> dict[str, object]:
        """Everything for JSON."""
        return {
            "config": config,
            "data": self.series and data_document(self.series),
            "model": self.model,
            "runs": [run_document(run) for run in self.runs],
            "fallbacks": self.fallbacks,
            "small_values": self.changed_values,
            "notices": self.notices,
            "comparison": self.comparison,
            "judgement": self.judgement,
            "small_value_effect": self.policy and policy_document(self.policy),
            "forecast": forecast_document(self.forecast),
        }


def policy_document(policy: PolicyWeighed) -> dict[str, object]:
    """What the small-value policy does to the forecasts, for JSON."""
    return {
        "policy": policy.policy,
        "judgement": policy.judgement,
        "kept": forecast_document(policy.kept),
    }


def data_document(series: SeriesSet) -> dict[str, object]:
    """What was read, for JSON."""
    return {
        "source": series.source,
        "items": len(series),
        "targets": series.target_names,
        "past_covariates": series.past_covariate_names,
        "known_covariates": series.known_covariate_names,
        "reading": series.reading,
        "findings": series.findings,
    }


def forecast_document(forecast: ForecastSet) -> dict[str, object]:
    """A forecast for JSON; the stamps are in the time zone that the file had."""
    return {
        "target_names": forecast.target_names,
        "quantile_levels": forecast.quantile_levels,
        "items": [
            {
                "item_id": item.item_id,
                "timestamps": forecast.local_stamps(item),
                "values": item.values,
            }
            for item in forecast.items
        ],
    }


def small_values_sentence(event: events.SmallValuesChanged) -> tuple[Severity, str]:
    """What the small-value policy did, for people."""
    values = f"{counted(event.values, 'value')} of {counted(event.items, 'item')}"
    if event.policy == "rescale":
        return Severity.ADVICE, (
            f"The small-value policy rescale lifted {values}; forecasts are in the units of the "
            "data all the same."
        )
    return Severity.WARNING, (
        f"The small-value policy {event.policy} set {values} to zero. Use --set "
        "small_values=rescale to leave forecasts of small numbers whole."
    )


def run_document(run: ForecastReady) -> dict[str, object]:
    """How one mode ran, for JSON."""
    proof = run.proof
    return {
        "compiled": run.compiled,
        "seconds": run.split,
        "compile": proof
        and {
            "scope": proof.scope,
            "backend": proof.backend,
            "mode": proof.mode,
            "dynamic": proof.dynamic,
            "graphs": proof.graphs,
            "graph_breaks": proof.graph_breaks,
            "recompiles": proof.recompiles,
            "compilations": proof.compilations,
            "seconds": proof.seconds,
            "cache_hits": proof.cache_hits,
            "cache_misses": proof.cache_misses,
            "calls": proof.calls,
            "graph_runs": proof.graph_runs,
            "uncompiled_calls": proof.uncompiled_calls,
            "cuda_graphs": proof.cuda_graphs,
            "hollow": proof.hollow,
        },
    }


def show(outcome: Gathered, file: Path | None) -> None:
    """Prints the forecast: a table for people, CSV for a pipe."""
    frame = outcome.forecast.to_frame()
    if file is None:
        with output():
            if results.is_terminal:
                results.print(preview(frame))
            else:
                frame.to_csv(sys.stdout, index=False, float_format=FLOATS)
    for run in outcome.runs:
        messages.print(sentence_about(run))
    if outcome.comparison is not None:
        messages.print(comparison_sentence(outcome.comparison))
    if outcome.judgement is not None:
        show_judgement(outcome.judgement)
    for run in outcome.runs if outcome.comparison is not None else ():
        if run.proof and run.proof.hollow:
            what = as_sentence(run.proof.hollow)
            tell(Severity.WARNING, f"{what} So nothing is said about compiled code.")
    if outcome.policy is not None and outcome.policy.judgement.status is not Status.PASS:
        tell(Severity.WARNING, outcome.policy.judgement.sentence)
    if file is not None:
        messages.print(f"{len(frame)} rows were written to {file}.")


def preview(frame: pd.DataFrame) -> Table:
    """The first rows of a forecast."""
    table = Table(*map(str, frame.columns), box=None, pad_edge=False)
    for row in frame.head(SHOWN_ROWS).itertuples(index=False):
        cells = (f"{cell:.6g}" if isinstance(cell, float) else str(cell) for cell in row)
        table.add_row(*map(Text, cells))
    hidden = len(frame) - SHOWN_ROWS
    if hidden > 0:
        table.caption = f"{hidden} more rows; --output FILE writes them all."
    return table


def sentence_about(run: ForecastReady) -> str:
    """How one mode ran, for people."""
    split = run.split
    seconds = split.preparing + split.model + split.framing
    sentence = f"{'Compiled' if run.compiled else 'Eager'}: {seconds:.2f} s"
    if run.proof and run.proof.compilations:
        graphs, breaks = run.proof.graphs, sum(run.proof.graph_breaks.values())
        sentence += (
            f", of which {run.proof.seconds:.1f} s compiled {counted(graphs, 'graph')} "
            f"({counted(breaks, 'graph break')})"
        )
    return sentence + "."


def comparison_sentence(comparison: Comparison) -> str:
    """How far eager and compiled are apart, for people."""
    if not comparison.compared:
        return "Difference: unknown, since no value is finite in both forecasts."
    sentence = (
        f"Difference: at most {comparison.max_absolute:.3g}, on average "
        f"{comparison.mean_absolute:.3g}; in units of scale at most "
        f"{comparison.max_relative:.2g} ({comparison.worst_item}, {comparison.worst_target}), "
        f"on average {comparison.mean_relative:.2g}."
    )
    if not comparison.missing_agree:
        sentence += " One of them has NaN or infinity where the other has not."
    return sentence


def show_judgement(judgement: Judgement) -> None:
    """Prints whether eager and compiled are too far apart."""
    if judgement.status is Status.PASS:
        messages.print(f"Same forecasts. {judgement.sentence}")
        return
    tell(
        SEVERITIES[judgement.status],
        f"Different forecasts. {judgement.sentence} Run `chronos-panel validate`: it says which "
        "of the two is nearer to the truth.",
    )


def read_levels(text: str) -> tuple[float, ...]:
    """Quantile levels from text.

    Raises:
        UserError: One of them is no number between 0 and 1.
    """
    try:
        return valid_quantile_levels([float(part) for part in text.split(",")])
    except ValueError as error:
        raise UserError(
            f"The quantile levels {text!r} are not numbers.", "Write them like 0.1,0.5,0.9."
        ) from error
