"""`chronos-panel export`: write the settings as an env file."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from engine.base import files
from engine.check.rules.checker import check_config
from engine.config import env_file as envfile
from engine.model.sources import PRODUCTION_MODEL
from engine.reports.exporter import write
from engine.reports.settings.env_file import env_file_exporter
from engine.terminal.console import messages, notice, output
from engine.terminal.documents import print_json
from engine.terminal.log import also_to_stderr
from engine.terminal.options import (
    Demo,
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
    Path | None,
    typer.Option("--output", "-o", help="File to write. The default is standard output."),
]
DialectOption = Annotated[
    envfile.Dialect,
    typer.Option(
        "--dialect",
        help="The program that reads the file; all of them read portable.",
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
    """Write the settings as an env file.

    The model is amazon/chronos-2 unless you name another one.

    Examples:
        chronos-panel export --preset production-compiled --output production.env

        chronos-panel export --set dtype=bfloat16 --model /models/chronos-2

        chronos-panel export --dialect docker > compose.env
    """
    if verbose:
        also_to_stderr()
    files.refuse_to_replace((env_file,), file)
    files.require_writable(file)
    resolved = resolve(env_file, preset, change, Options(model, demo))
    config = resolved.config
    if resolved.sources["model"] == "default":
        config = config.replace(model=PRODUCTION_MODEL)
    for finding in (*resolved.findings, *check_config(config)):
        notice(finding)
    if file is not None:
        replaced = file.exists()
        write(env_file_exporter(dialect), config, file)
        done = "replaced" if replaced else "written"
        messages.print(f"{file} was {done}.")
    if json:
        print_json({"variables": config.to_env(), "dialect": dialect, "file": file})
    elif file is None:
        text = envfile.render(config, dialect)
        with output():
            sys.stdout.write(text)
