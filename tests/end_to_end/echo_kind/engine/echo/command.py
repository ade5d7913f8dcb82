"""`chronos-panel echo`: repeat a word."""

from typing import Annotated

import typer

from engine.echo.job import Echo
from engine.echo.outcome import EchoOutcome
from engine.terminal.job_runner import run_job


def echo(word: Annotated[str, typer.Argument(help="The word.")]) -> None:
    """Repeat a word."""
    outcome = EchoOutcome()
    run_job(Echo(word=word), outcome)
    typer.echo(" ".join(outcome.words))
