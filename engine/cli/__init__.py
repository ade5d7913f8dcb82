"""The headless face: `chronos-panel status | export | forecast`."""

import logging
import sys

import click
import typer

from engine.cli.console import complain
from engine.cli.export import export
from engine.cli.forecast import forecast
from engine.cli.log import log_file, set_up_log
from engine.cli.status import status
from engine.errors import UserError

BAD_INPUT = 2
FAILED = 1
INTERRUPTED = 130

app = typer.Typer(
    name="chronos-panel",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Should Chronos-2 be compiled on this machine, with this data, and is the answer safe?",
)
app.command()(status)
app.command()(export)
app.command()(forecast)

logger = logging.getLogger(__name__)


def main() -> None:
    """Runs the command line; exits 0, 1 (a job or check failed) or 2 (bad input)."""
    set_up_log()
    try:
        code = app(standalone_mode=False)
    except UserError as error:
        complain(error.sentence, error.remedy)
        code = BAD_INPUT
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        code = 0
    except click.ClickException as error:
        error.show()
        code = BAD_INPUT
    except (KeyboardInterrupt, click.Abort):
        complain("Stopped.")
        code = INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        sys.stderr.close()
        code = 0
    except Exception as error:
        logger.exception("Unexpected")
        complain(
            f"Something went wrong that should not: {type(error).__name__}: {error}.",
            f"The details are in {log_file()}; please report them.",
        )
        code = FAILED
    sys.exit(code or 0)
