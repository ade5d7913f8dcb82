"""`chronos-panel check`: can this configuration run here, and how well?"""

import os
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from engine.base.findings import Finding, Severity
from engine.check.job import Check
from engine.check.outcome import CheckOutcome
from engine.check.plan_sentences import plan_sentences
from engine.check.rules.checker import RULES
from engine.config.settings import ConfigError
from engine.config.values import to_text
from engine.data import ReadOptions
from engine.results.shape_plan import ShapePlan
from engine.runtime.job import HORIZON, CsvSource
from engine.terminal.column_options import takes_column_options
from engine.terminal.console import COLOURS, output, results
from engine.terminal.documents import print_json
from engine.terminal.exit_codes import FAILED
from engine.terminal.job_runner import run_job
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
    Resolved,
    Set,
    Verbose,
    data_file,
    resolve,
)

Explain = Annotated[
    bool, typer.Option("--explain", help="List all rules and why they matter; check nothing.")
]


Data = Annotated[
    Path | None,
    typer.Argument(help="CSV file with your series, to plan their batches; optional."),
]


@takes_column_options
def check(
    data: Data = None,
    horizon: Horizon = HORIZON,
    context_length: ContextLength = None,
    batch_size: BatchSize = None,
    device: Device = "auto",
    explain: Explain = False,
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
    """Check the configuration and the machine, without loading a model.

    If you name a file, it also prints the batches that its series make, the memory that they need,
    and how often torch compiles for them.

    Exits with 1 if there are errors; warnings and advice exit with 0.

    Examples:
        chronos-panel check --preset production-compiled

        chronos-panel check --env-file production.env --device cuda --json

        chronos-panel check sales.csv --horizon 28 --preset production-compiled

        chronos-panel check --explain
    """
    if explain:
        explain_rules(json)
        return
    resolved: Resolved | None = None
    outcome = CheckOutcome()
    try:
        options = Options(model, demo, context_length, batch_size)
        resolved = resolve(env_file, preset, change, options)
    except ConfigError as error:
        findings = error.findings
    else:
        job = Check(
            config=resolved.config,
            device=device,
            variables=dict(os.environ),
            env_file=resolved.env_file,
            data=None if data is None else CsvSource(data_file(data), columns),
            horizon=horizon,
        )
        run_job(job, outcome, verbose=verbose)
        found = outcome.checked or ()
        # The reader of the env file reports the same, without the name of a rule.
        misspelt = {one.subject for one in found if one.rule == "misspelt-variable"}
        findings = (*(one for one in resolved.findings if one.subject not in misspelt), *found)
    passed = not any(finding.severity is Severity.ERROR for finding in findings)
    if json:
        config = resolved and resolved.config
        document = {"passed": passed, "findings": findings, "config": config}
        print_json(document | {"machine": outcome.machine, "shapes": outcome.plan})
    else:
        with output():
            show(findings, outcome.plan, complete=resolved is not None)
    if not passed:
        raise typer.Exit(FAILED)


def show(findings: tuple[Finding, ...], plan: ShapePlan | None, complete: bool) -> None:
    """Print findings for people and their number, and the batches of the series."""
    for finding in findings:
        heading = Text.assemble(
            (f"{finding.severity}", COLOURS[finding.severity]), f"  {finding.subject}"
        )
        if finding.rule:
            heading.append(f"  {finding.rule}", "dim")
        results.print(heading)
        results.print(Text(f"    {finding}"))
        if finding.fix:
            change = f"{finding.fix.setting}={to_text(finding.fix.value)}"
            results.print(Text(f"    Fix: --set {change}"))
    for line in plan_sentences(plan) if plan is not None else ():
        results.print(line, highlight=False)
    results.print(summary(findings), highlight=False)
    if not complete:
        results.print("Fix these errors first. The machine is checked afterwards.", highlight=False)


def summary(findings: tuple[Finding, ...]) -> str:
    """Return the number of findings of each severity."""
    counts = Counter(finding.severity for finding in findings)
    words = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.ADVICE: "advice"}
    parts = [
        f"{counts[severity]} {word.removesuffix('s') if counts[severity] == 1 else word}"
        for severity, word in words.items()
    ]
    return f"{', '.join(parts)}. `chronos-panel check --explain` lists the {len(RULES)} rules."


def explain_rules(json: bool) -> None:
    """Print every rule and why it matters."""
    if json:
        print_json(
            [
                {
                    "rule": rule.name,
                    "severity": rule.severity,
                    "settings": rule.settings,
                    "why": rule.why,
                }
                for rule in RULES
            ]
        )
        return
    table = Table("Rule", "Severity", "Why it matters", box=None, pad_edge=False)
    for rule in RULES:
        table.add_row(rule.name, Text(rule.severity, COLOURS[rule.severity]), rule.why)
    with output():
        results.print(table)
