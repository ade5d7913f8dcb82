"""The headless face: `chronos-panel` and its commands."""

import logging
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from engine.base.errors import UserError
from engine.base.log_file import log_file, set_up_log
from engine.benchmark.command import benchmark
from engine.check.command import check
from engine.cli.export import export
from engine.cli.history import history
from engine.cli.status import status
from engine.forecast.command import forecast
from engine.terminal.console import BAD_INPUT, FAILED, complain
from engine.validation.command import validate

app = typer.Typer(
    name="chronos-panel",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(status)
app.command()(export)
app.command()(check)
app.command()(forecast)
app.command()(validate)
app.command()(benchmark)
app.add_typer(history, name="history")

logger = logging.getLogger(__name__)


def tell_version(is_asked: bool) -> None:
    """Prints the versions that decide about forecasts, and ends the command."""
    if is_asked:
        names = ("chronos-panel", "torch", "chronos-forecasting")
        typer.echo(", ".join(f"{name} {version(name)}" for name in names))
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option("--version", callback=tell_version, is_eager=True, help="Print the versions."),
]


@app.callback(invoke_without_command=True)
def start(context: typer.Context, _version: Version = False) -> None:
    """Should Chronos-2 be compiled on this machine, with this data, and is the answer safe?

    Without a command a window opens: chronos-panel [--safe-mode] [--reset-settings] [FILE]
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def run() -> None:
    """Runs the command line; exits 0, 1 (a job or check failed) or 2 (bad input)."""
    set_up_log()
    try:
        app()
    except UserError as error:
        complain(error.sentence, error.remedy)
        sys.exit(BAD_INPUT)
    except Exception as error:
        logger.exception("Unexpected")
        complain(
            f"Something went wrong that should not: {type(error).__name__}: {error}.",
            f"The details are in {log_file()}; please report them.",
        )
        sys.exit(FAILED)
