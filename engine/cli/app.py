"""The application `chronos-panel`: one command for each job kind, and a few beside them."""

import logging
import sys
from importlib import import_module
from importlib.metadata import version
from typing import Annotated

import typer

from engine.base.errors import UserError
from engine.base.log_file import log_file, set_up_log
from engine.base.memory import is_out_of_memory, more_memory
from engine.cli.export import export
from engine.cli.history import history
from engine.cli.status import status
from engine.kinds import KINDS
from engine.terminal.console import complain
from engine.terminal.exit_codes import BAD_INPUT, FAILED

app = typer.Typer(
    name="chronos-panel",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(status)
app.command()(export)
for kind in KINDS:
    if kind.command:
        app.command()(getattr(import_module(f"engine.{kind.name}.command"), kind.command))
app.add_typer(history, name="history")

logger = logging.getLogger(__name__)


def _print_version(is_asked: bool) -> None:
    """Print the versions that decide about forecasts, and end the command."""
    if is_asked:
        names = ("chronos-panel", "torch", "chronos-forecasting")
        typer.echo(", ".join(f"{name} {version(name)}" for name in names))
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option("--version", callback=_print_version, is_eager=True, help="Print the versions."),
]


@app.callback(invoke_without_command=True)
def start(context: typer.Context, _version: Version = False) -> None:
    """Find the fastest way to run Chronos-2 on this machine that still gives the right forecasts.

    Without a command, a window opens: chronos-panel [--safe-mode] [--reset-settings] [FILE]
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def run() -> None:
    """Run the command line; exit with 0, 1 (a job or check failed) or 2 (bad input)."""
    set_up_log()
    try:
        app()
    except UserError as error:
        complain(error.sentence, error.remedy)
        sys.exit(BAD_INPUT)
    except Exception as error:
        logger.exception("Unexpected error")
        if is_out_of_memory(error):
            complain("The command ran out of memory.", more_memory())
        else:
            complain(
                f"Unexpected error: {type(error).__name__}: {error}.",
                f"Report it, and attach the details from {log_file()}.",
            )
        sys.exit(FAILED)
