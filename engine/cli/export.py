"""`chronos-panel export`: the configuration as an env file."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from engine.check.rules.checker import check_config
from engine.config import env_file as envfile
from engine.model.checkpoint import PRODUCTION_MODEL
from engine.reports.documents import print_json
from engine.terminal.console import messages, notice, output
from engine.terminal.log import also_to_stderr
from engine.terminal.options import Demo, EnvFile, Json, Model, Preset, Set, Verbose, resolve

Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="File to write; standard output if left out."),
]
DialectOption = Annotated[
    envfile.Dialect,
    typer.Option(
        "--dialect",
        help="Who will read the file. portable is the same for all of them.",
    ),
]


def export(
    file: Output = None,
    dialect: DialectOption = envfile.Dialect.PORTABLE,
    json: Json = False,
    env_file: EnvFile = None,
    preset: Preset = None,
    change: Set = None,
    model: Model = None,
    demo: Demo = False,
    verbose: Verbose = False,
) -> None:
    """Write the configuration as an env file.

    The model is amazon/chronos-2 unless you name another one.

    Examples:
        chronos-panel export --preset production-compiled --output production.env

        chronos-panel export --set dtype=bfloat16 --model /models/chronos-2

        chronos-panel export --dialect docker > compose.env
    """
    if verbose:
        also_to_stderr()
    resolved = resolve(env_file, preset, change, model, demo)
    config = resolved.config
    if resolved.sources["model"] == "default":
        config = config.replace(model=PRODUCTION_MODEL)
    for finding in (*resolved.findings, *check_config(config)):
        notice(finding)
    if file is not None:
        replaced = file.exists()
        envfile.write(file, config, dialect)
        how = "written to" if not replaced else "written over what was in"
        messages.print(f"The configuration was {how} {file}.")
    if json:
        print_json({"variables": config.to_env(), "dialect": dialect, "file": file})
    elif file is None:
        text = envfile.render(config, dialect)
        with output():
            sys.stdout.write(text)
