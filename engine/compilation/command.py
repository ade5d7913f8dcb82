"""`chronos-panel compile`: the encoder, compiled ahead of time."""

from pathlib import Path
from typing import Annotated

import typer

from engine.base.errors import UserError
from engine.base.escaping import printable
from engine.base.findings import Severity
from engine.check.rules.checker import check_config
from engine.compilation.events import ArtifactMade
from engine.compilation.job import CompileAhead
from engine.compilation.outcome import CompilationOutcome
from engine.config.settings import NO_ARTIFACT, CompileConfig
from engine.results.judgement import Status
from engine.terminal.console import complain, notice, output, results, tell
from engine.terminal.documents import print_json
from engine.terminal.exit_codes import FAILED
from engine.terminal.job_runner import run_job
from engine.terminal.options import (
    Demo,
    Device,
    EnvFile,
    Json,
    Model,
    Options,
    Preset,
    Set,
    Verbose,
    resolve,
)

Output = Annotated[
    Path, typer.Option("--output", "-o", help="Folder for the artifact: a new one, or an artifact.")
]


def compile(  # noqa: A001  the command's name
    folder: Output,
    device: Device = "auto",
    json: Json = False,
    env_file: EnvFile = None,
    preset: Preset = None,
    change: Set = None,
    model: Model = None,
    demo: Demo = False,
    verbose: Verbose = False,
) -> None:
    """Compile the fused encoder ahead of time, and validate the result.

    A program with CHRONOS_ARTIFACT=FOLDER then compiles nothing. Exits with 1 if the validation
    failed; the folder is then not written.

    Examples:
        chronos-panel compile --demo --set encoder=fused --output artifact

        chronos-panel compile --env-file production.env --output /srv/chronos/artifact
    """
    resolved = resolve(env_file, preset, change, Options(model, demo))
    config = compilable(resolved.config)
    outcome = CompilationOutcome(findings=[*resolved.findings, *check_config(config)])
    for finding in outcome.findings:
        notice(finding)
    run_job(CompileAhead(config=config, output=folder, device=device), outcome, verbose=verbose)
    made = outcome.made
    if made is None:
        raise RuntimeError("The job ended without a result")
    if json:
        print_json(made)
    else:
        show(made)
    if made.folder is None:
        raise typer.Exit(FAILED)


def compilable(config: CompileConfig) -> CompileConfig:
    """Return the configuration that an artifact is made for.

    Raises:
        UserError: Its encoder cannot be compiled ahead of time.
    """
    if config.encoder != "fused":
        raise UserError(
            f"The encoder is {config.encoder}, and only the fused one is compiled ahead of time.",
            "Add --set encoder=fused.",
        )
    if config.quantization != "none":
        raise UserError(
            f"The quantization is {config.quantization}, and an encoder in integers is not "
            "compiled ahead of time.",
            "Add --set quantization=none.",
        )
    return config.replace(enabled=True, artifact=NO_ARTIFACT)


def show(made: ArtifactMade) -> None:
    """Print the result for people."""
    if made.folder is None:
        complain(f"The artifact was not written. {made.verdict}")
        return
    if made.status is Status.WARN:
        tell(Severity.WARNING, made.verdict)
    name = printable(str(made.folder))
    with output():
        results.print(
            f"Compiled in {made.seconds:.0f} s and validated. {name} holds {made.bytes / 1e6:.1f} "
            "MB."
        )
        results.print(
            f"To use it: TORCH_COMPILED=1 CHRONOS_ENCODER=fused CHRONOS_ARTIFACT={name}, beside "
            "the settings that it was made with."
        )
