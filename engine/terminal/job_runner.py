"""Run a job for a command: fold its events, show its progress, and explain how it failed."""

import logging
from collections.abc import Iterator

import typer

from engine.base.log_file import log_file
from engine.runtime import events
from engine.runtime.job import Job
from engine.runtime.outcome import Outcome
from engine.runtime.session import Session
from engine.terminal.console import complain, notice, progress_line
from engine.terminal.exit_codes import BAD_INPUT, FAILED, INTERRUPTED
from engine.terminal.log import also_to_stderr

logger = logging.getLogger(__name__)


def run_job(job: Job, outcome: Outcome, *, verbose: bool = False) -> None:
    """Run a job in a worker and fold its events into an outcome."""
    for _event in news_of(job, outcome, verbose=verbose):
        pass


def news_of(job: Job, outcome: Outcome, *, verbose: bool = False) -> Iterator[events.Event]:
    """Run a job in a worker, fold its events, and yield those that a command may want to print.

    Raises:
        typer.Exit: The job failed or was interrupted, and the reason is printed.
    """
    if verbose:
        also_to_stderr()
    try:
        yield from _news(job, outcome)
    except KeyboardInterrupt:
        complain("Stopped.")
        raise typer.Exit(INTERRUPTED) from None


def _news(job: Job, outcome: Outcome) -> Iterator[events.Event]:
    with Session() as session, progress_line() as line:
        for event in session.run(job):
            is_news = outcome.handle(event)
            match event:
                case events.Progress():
                    line.show(event)
                case events.Logged(level, name, text):
                    logging.getLogger(name).log(level, "%s", text)
                case events.FindingReported(finding) if is_news:
                    notice(finding)
                case events.Failed():
                    explain(event)
                    bad_input = event.kind == events.FailureKind.INPUT
                    raise typer.Exit(BAD_INPUT if bad_input else FAILED)
                case events.Finished() | events.Stopped():
                    pass
                case _ if is_news:
                    yield event


def explain(failed: events.Failed) -> None:
    """Print why a job failed; write the details to the log."""
    remedy = failed.remedy
    if failed.details:
        logger.error("%s\n%s", failed.sentence, failed.details)
        remedy = f"{remedy} The details are in {log_file()}.".lstrip()
    complain(failed.sentence, remedy)
