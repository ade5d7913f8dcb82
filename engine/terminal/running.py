"""Runs a job for a command: its events go on to the command, the rest to the terminal."""

import logging
from collections.abc import Iterator

import typer

from engine.base.findings import Finding
from engine.base.log_file import log_file
from engine.cli.entry import INTERRUPTED
from engine.runtime import events
from engine.runtime.job import Job
from engine.runtime.session import Session
from engine.terminal.console import BAD_INPUT, FAILED, complain, notice, progress_line
from engine.terminal.log import also_to_stderr

logger = logging.getLogger(__name__)


def run_job(job: Job, *, verbose: bool = False) -> Iterator[events.Event]:
    """Runs a job in a worker and gives the events that carry results.

    Raises:
        typer.Exit: The job failed or was interrupted; the user has been told.
    """
    if verbose:
        also_to_stderr()
    try:
        yield from results_of(job)
    except KeyboardInterrupt:
        complain("Stopped.")
        raise typer.Exit(INTERRUPTED) from None


def results_of(job: Job) -> Iterator[events.Event]:
    """The events of a job that carry results; the others are shown or logged."""
    told: list[Finding] = []
    with Session() as session, progress_line() as line:
        for event in session.run(job):
            match event:
                case events.Progress():
                    line.show(event)
                case events.Logged(level, name, text):
                    logging.getLogger(name).log(level, "%s", text)
                case events.Noticed(finding):
                    # Of two forecasts that are compared, both may have noticed it.
                    if finding not in told:
                        told.append(finding)
                        notice(finding)
                        yield event
                case events.Failed():
                    yield event
                    explain(event)
                    bad_input = event.kind == events.FailureKind.INPUT
                    raise typer.Exit(BAD_INPUT if bad_input else FAILED)
                case events.Finished() | events.Stopped():
                    pass
                case _:
                    yield event


def explain(failed: events.Failed) -> None:
    """Tells why a job failed; what a user cannot act upon goes to the log."""
    remedy = failed.remedy
    if failed.details:
        logger.error("%s\n%s", failed.sentence, failed.details)
        remedy = f"{remedy} Details are in {log_file()}.".lstrip()
    complain(failed.sentence, remedy)
