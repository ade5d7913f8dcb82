"""`chronos-panel validate`: does a configuration give the right forecasts?"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from engine.base import files
from engine.base.errors import UserError
from engine.base.findings import Severity
from engine.check.rules.checker import check_config
from engine.data import ReadOptions
from engine.data.samples import sample
from engine.results.judgement import Status
from engine.runtime.events import FellBack
from engine.runtime.job import HORIZON, CsvSource
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
    Options,
    Preset,
    Resolved,
    Set,
    Verbose,
    data_file,
    resolve,
)
from engine.terminal.report_files import write_file, write_report
from engine.validation.baseline import save_baseline
from engine.validation.case_file import RecordedCase, read_case, write_case
from engine.validation.case_folder import keep_worst_case
from engine.validation.coverage import coverage
from engine.validation.document import document
from engine.validation.exports.html import HTML
from engine.validation.exports.markdown import MARKDOWN
from engine.validation.job import Replay, Validate
from engine.validation.outcome import ValidationOutcome
from engine.validation.report import Report
from engine.validation.report_pages import by_group

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
        help="CSV file with your series. Without one, only the suite runs (--demo: sample data)."
    ),
]
Horizon = Annotated[
    int | None,
    typer.Option("--horizon", min=1, help=f"Steps to forecast of your series; default {HORIZON}."),
]
Holdout = Annotated[
    bool,
    typer.Option(
        "--holdout/--no-holdout",
        help="Hold out the last steps of your series, and score the forecasts on them.",
    ),
]
Against = Annotated[
    Path | None,
    typer.Option("--against", help="Compare with this baseline.", rich_help_panel=FILES),
]


def file_option(name: str, text: str) -> Any:
    """Return an option that names a file."""
    return typer.Option(name, help=text, rich_help_panel=FILES)


@takes_column_options
def validate(
    data: Data = None,
    horizon: Horizon = None,
    holdout: Holdout = True,
    context_length: ContextLength = None,
    batch_size: BatchSize = None,
    device: Device = "auto",
    thorough: Annotated[
        bool,
        typer.Option(
            "--thorough",
            help="Cover every triple of batch size, context, horizon and so on, not only every "
            "pair. Takes about six times as long.",
        ),
    ] = False,
    json: Json = False,
    html: Annotated[
        Path | None, file_option("--html", "Write the report as one page with plots.")
    ] = None,
    markdown: Annotated[
        Path | None, file_option("--markdown", "Write the report as Markdown.")
    ] = None,
    baseline: Annotated[
        Path | None,
        file_option("--save-baseline", "Save all forecasts, to compare with --against."),
    ] = None,
    against: Against = None,
    case: Annotated[
        Path | None, file_option("--save-case", "Write the worst case, to run again with --replay.")
    ] = None,
    replay: Annotated[
        Path | None,
        file_option("--replay", "Run only the case in this file."),
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
    """Compare a configuration with eager and float64, on extreme series and on your own.

    Exits with 0 for a pass or a warning. Exits with 1 if a check failed or did not run, or if a
    file could not be written.

    Examples:
        chronos-panel validate --demo --preset production-compiled

        chronos-panel validate sales.csv --horizon 28 --env-file production.env --html report.html

        chronos-panel validate --env-file production.env --save-baseline torch-2.13.baseline

        chronos-panel validate --replay case.json
    """
    written = Written(html, markdown, baseline, case)
    options = Options(model, demo, context_length, batch_size)
    if replay is None:
        recorded = None
        resolved = resolve(env_file, preset, change, options)
        source = data or (sample() if demo else None)
        job: Validate | Replay = Validate(
            config=resolved.config,
            data=None if source is None else CsvSource(data_file(source), columns),
            horizon=horizon or HORIZON,
            holdout=holdout,
            device=device,
            thorough=thorough,
            against=against,
        )
    else:
        refuse_beside_replay(
            {
                "a data file": data is not None,
                "--horizon": horizon is not None,
                "--no-holdout": not holdout,
                "--thorough": thorough,
                "options about a file": columns != ReadOptions(),
                "--save-baseline": baseline is not None,
                "--against": against is not None,
            }
        )
        recorded = read_case(replay)
        resolved = resolve(env_file, preset, change, options, recorded.settings)
        job = replay_job(recorded, resolved, device)
    files.refuse_to_replace((data, replay, against, env_file), html, markdown, baseline, case)
    files.require_writable(html, markdown, baseline, case)
    outcome = ValidationOutcome(findings=[*resolved.findings, *check_config(resolved.config)])
    for finding in outcome.findings:
        notice(finding)
    for event in news_of(job, outcome, verbose=verbose):
        if isinstance(event, FellBack):
            tell(Severity.WARNING, f"{event.cause} All forecasts from here on are eager.")
    report = outcome.report
    if report is None:
        raise RuntimeError("The validation ended without a report")
    kept = written.keep_case(report)
    complete = written.write_reports(report) and (case is None or kept is not None)
    if json:
        print_json(document(outcome, report, kept))
    else:
        show(report, kept, recorded)
    if report.status in {Status.FAIL, Status.NOT_RUN} or not complete:
        raise typer.Exit(FAILED)


def refuse_beside_replay(asked: Mapping[str, bool]) -> None:
    """Refuse options that do not go with a replay.

    Raises:
        UserError: There is one.
    """
    named = [name for name, is_asked in asked.items() if is_asked]
    if named:
        raise UserError(
            f"You cannot combine --replay with {' and '.join(named)}.",
            f"Remove --replay, or remove {' and '.join(named)}.",
        )


def replay_job(recorded: RecordedCase, resolved: Resolved, device: str) -> Replay:
    """Return the job of a replay, on the recorded device unless another is named."""
    chosen = recorded.device if device == "auto" else device
    return Replay(config=resolved.config, case=recorded.case, device=chosen)


@dataclass(frozen=True, slots=True)
class Written:
    """The files to write; None for those that are not wanted."""

    html: Path | None
    markdown: Path | None
    baseline: Path | None
    case: Path | None

    def write_reports(self, report: Report) -> bool:
        """Write the reports and the baseline; return whether all were written."""
        written = (
            write_report(HTML, report, self.html),
            write_report(MARKDOWN, report, self.markdown),
            write_file("baseline", self.baseline, lambda file: save_baseline(file, report)),
        )
        return all(written)

    def keep_case(self, report: Report) -> Path | None:
        """Write the worst case to the named file, else to the data folder if it did not pass.

        Returns:
            The file; None if there is no such case, or if it cannot be written.
        """
        try:
            if self.case is None:
                return keep_worst_case(report)
            if not report.worst_first:
                raise UserError(f"No forecasts were compared, so {self.case} was not written.")
            write_case(self.case, report, report.worst_first[0])
        except UserError as error:
            complain(error.sentence, error.remedy)
            return None
        return self.case


def show(report: Report, case: Path | None, recorded: RecordedCase | None) -> None:
    """Print the report for people."""
    with output():
        for group, members in by_group(report):
            table = Table("", group.capitalize(), "", box=None, pad_edge=False)
            for one in members:
                table.add_row(Text(one.status, COLOURS[one.status]), one.check, one.sentence)
            results.print(table)
            results.print()
        results.print(Text.assemble((f"{report.status}: ", COLOURS[report.status]), report.verdict))
        results.print(coverage(report.results))
    if recorded is not None:
        was = ", ".join(f"{name} {version}" for name, version in recorded.versions.items())
        messages.print(f"The recorded result ({was}): {recorded.sentence}")
    if case is not None:
        messages.print(f"The worst case is in {case}. To run it again, use --replay.")
