"""`chronos-panel validate`: does this configuration give the forecasts that eager gives?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from engine.base import files
from engine.base.errors import UserError
from engine.base.findings import Finding, Severity
from engine.check.rules import check_config
from engine.data import ReadOptions
from engine.data.samples import sample
from engine.data.series import SeriesSet
from engine.results.judgement import Status
from engine.runtime import events
from engine.runtime.job import BATCH_SIZE, HORIZON, CsvSource
from engine.runtime.outcome import Outcome
from engine.terminal.column_options import takes_column_options
from engine.terminal.console import complain, messages, notice, output, results, tell
from engine.terminal.documents import print_json
from engine.terminal.exit_codes import FAILED
from engine.terminal.job_runner import news_of
from engine.terminal.options import (
    BatchSize,
    ContextLength,
    Demo,
    Device,
    EnvFile,
    Json,
    Model,
    Preset,
    Resolved,
    Set,
    Verbose,
    data_file,
    resolve,
)
from engine.terminal.report_files import write_file, write_report
from engine.validation import report_pages as reports
from engine.validation.baseline import save_baseline
from engine.validation.case_file import RecordedCase, read_case, write_case
from engine.validation.case_folder import keep_worst_case
from engine.validation.events import Validated
from engine.validation.job import Replay, Validate
from engine.validation.report import CheckResult, Report

COLOURS = {
    Status.PASS: "green",
    Status.WARN: "yellow",
    Status.FAIL: "bold red",
    Status.NOT_RUN: "bold red",
    Status.NOTED: "cyan",
}
FILES = "Files"

Data = Annotated[
    Path | None,
    typer.Argument(
        help="CSV file with series of yours; without it, the battery alone (--demo: a sample)."
    ),
]
Horizon = Annotated[
    int | None,
    typer.Option("--horizon", min=1, help=f"Steps to forecast of your series; {HORIZON}."),
]
Holdout = Annotated[
    bool,
    typer.Option(
        "--holdout/--no-holdout", help="Keep back the last horizon and score forecasts of it."
    ),
]
Against = Annotated[
    Path | None,
    typer.Option("--against", help="Baseline to compare with.", rich_help_panel=FILES),
]


def file_option(name: str, text: str) -> Any:
    """An option that names a file."""
    return typer.Option(name, help=text, rich_help_panel=FILES)


@takes_column_options
def validate(
    data: Data = None,
    horizon: Horizon = None,
    holdout: Holdout = True,
    context_length: ContextLength = None,
    batch_size: BatchSize = BATCH_SIZE,
    device: Device = "auto",
    json: Json = False,
    html: Annotated[Path | None, file_option("--html", "Write one page with plots.")] = None,
    markdown: Annotated[Path | None, file_option("--markdown", "Write Markdown.")] = None,
    baseline: Annotated[
        Path | None, file_option("--save-baseline", "Keep all forecasts, for --against.")
    ] = None,
    against: Against = None,
    case: Annotated[
        Path | None, file_option("--save-case", "Write the worst case, for --replay.")
    ] = None,
    replay: Annotated[
        Path | None,
        file_option("--replay", "Run the case of this file again, and nothing else."),
    ] = None,
    env_file: EnvFile = None,
    preset: Preset = None,
    change: Set = None,
    model: Model = None,
    demo: Demo = False,
    verbose: Verbose = False,
    *,
    columns: ReadOptions,
) -> None:
    """Compare a configuration with eager: stress series, behaviour, and your own data.

    Exits with 0 for a pass or a warning, with 1 if a check failed or could not be run, or a file
    that was asked for could not be written.

    Examples:
        chronos-panel validate --demo --preset production-compiled

        chronos-panel validate sales.csv --horizon 28 --env-file production.env --html report.html

        chronos-panel validate --env-file production.env --save-baseline torch-2.13.baseline

        chronos-panel validate --replay case.json
    """
    written = Written(html, markdown, baseline, case)
    if replay is None:
        recorded = None
        resolved = resolve(env_file, preset, change, model, demo)
        source = data or (sample() if demo else None)
        job: Validate | Replay = Validate(
            config=resolved.config,
            data=None if source is None else CsvSource(data_file(source), columns),
            horizon=horizon or HORIZON,
            context_length=context_length,
            holdout=holdout,
            batch_size=batch_size,
            device=device,
            against=against,
        )
    else:
        refuse_beside_replay(
            {
                "a data file": data is not None,
                "--horizon": horizon is not None,
                "--context-length": context_length is not None,
                "--batch-size": batch_size != BATCH_SIZE,
                "--no-holdout": not holdout,
                "options about a file": columns != ReadOptions(),
                "--save-baseline": baseline is not None,
                "--against": against is not None,
            }
        )
        recorded = read_case(replay)
        resolved = resolve(env_file, preset, change, model, demo, recorded.settings)
        job = replay_job(recorded, resolved, device)
    for read in (data, replay, against, env_file):
        files.refuse_to_replace(read, html, markdown, baseline, case)
    written.require_writable()
    told = Told([*resolved.findings, *check_config(resolved.config)])
    for finding in told.notices:
        notice(finding)
    for event in news_of(job, Outcome(), verbose=verbose):
        told.take(event)
    report = told.finished
    kept = written.keep_case(report)
    complete = written.write_reports(report) and (case is None or kept is not None)
    if json:
        print_json(told.document(kept))
    else:
        show(report, kept, recorded)
    if report.status in {Status.FAIL, Status.NOT_RUN} or not complete:
        raise typer.Exit(FAILED)


def refuse_beside_replay(asked: Mapping[str, bool]) -> None:
    """A replay runs one case, as it is.

    Raises:
        UserError: More was asked for.
    """
    named = [name for name, is_asked in asked.items() if is_asked]
    if named:
        raise UserError(
            f"--replay runs one case as it was; it does not go with {', '.join(named)}.",
            "Leave one out.",
        )


def replay_job(recorded: RecordedCase, resolved: Resolved, device: str) -> Replay:
    """The job of a replay, on the device that was used unless another is named."""
    chosen = recorded.device if device == "auto" else device
    return Replay(config=resolved.config, case=recorded.case, device=chosen)


@dataclass(slots=True)
class Told:
    """What a validation told.

    Attributes:
        notices: What the user should know.
        series: The user's series.
        fallbacks: Why compilation was given up.
        report: The result.
    """

    notices: list[Finding]
    series: SeriesSet | None = None
    fallbacks: list[str] = field(default_factory=list)
    report: Report | None = None

    def take(self, event: events.Event) -> None:
        """Takes note of an event, and tells the user what should not wait."""
        match event:
            case events.DataLoaded(series):
                self.series = series
            case events.Noticed(finding):
                self.notices.append(finding)
            case events.FellBack(cause):
                self.fallbacks.append(cause)
                tell(Severity.WARNING, f"{cause} All forecasts are eager from here on.")
            case Validated(report):
                self.report = report

    @property
    def finished(self) -> Report:
        """The result.

        Raises:
            RuntimeError: The job ended without one.
        """
        if self.report is None:
            raise RuntimeError("The validation ended without a report")
        return self.report

    def document(self, case: Path | None) -> dict[str, object]:
        """Everything for JSON."""
        report = self.finished
        return {
            "status": report.status,
            "verdict": report.verdict,
            "rows": [row_document(row) for row in report.results],
            "config": report.config,
            "model": report.model,
            "machine": report.machine,
            "proof": report.proof,
            "seconds": report.seconds,
            "fallbacks": self.fallbacks,
            "notices": self.notices,
            "case_file": case,
        }


def row_document(row: CheckResult) -> dict[str, object]:
    """A row for JSON, without the forecasts behind it."""
    return {
        "check": row.check,
        "group": row.group,
        "status": row.status,
        "sentence": row.sentence,
        "figure": row.figure,
        "bound": row.limit,
        "unit": row.unit,
        "agreement": row.agreement,
        "scores": row.scores,
    }


@dataclass(frozen=True, slots=True)
class Written:
    """The files that were asked for; None for those that were not."""

    html: Path | None
    markdown: Path | None
    baseline: Path | None
    case: Path | None

    def require_writable(self) -> None:
        """Finds out whether all could be written, before the work is done.

        Raises:
            UserError: One could not.
        """
        for file in (self.html, self.markdown, self.baseline, self.case):
            if file is not None:
                files.require_writable(file)

    def write_reports(self, report: Report) -> bool:
        """Writes the reports and the baseline; gives whether all could be written."""
        written = (
            write_report(self.html, lambda: reports.as_html(report)),
            write_report(self.markdown, lambda: reports.as_markdown(report)),
            write_file("baseline", self.baseline, lambda file: save_baseline(file, report)),
        )
        return all(written)

    def keep_case(self, report: Report) -> Path | None:
        """Keeps the worst case: where it was asked for, else in the user's folder if it failed.

        Returns:
            Where it is; None where there is none, or where it could not be kept, which is told.
        """
        try:
            if self.case is None:
                return keep_worst_case(report)
            if not report.worst_first:
                raise UserError(f"Nothing was compared, so {self.case} was not written.")
            write_case(self.case, report, report.worst_first[0])
        except UserError as error:
            complain(error.sentence, error.remedy)
            return None
        return self.case


def show(report: Report, case: Path | None, recorded: RecordedCase | None) -> None:
    """Prints the report for people."""
    with output():
        for group, rows in reports.by_group(report):
            table = Table("", group.capitalize(), "", box=None, pad_edge=False)
            for row in rows:
                table.add_row(Text(row.status, COLOURS[row.status]), row.check, row.sentence)
            results.print(table)
            results.print()
        results.print(Text.assemble((f"{report.status}: ", COLOURS[report.status]), report.verdict))
    if recorded is not None:
        was = ", ".join(f"{name} {version}" for name, version in recorded.versions.items())
        messages.print(f"When the case was recorded ({was}): {recorded.sentence}")
    if case is not None:
        messages.print(f"The worst case is in {case}; --replay runs it again.")
