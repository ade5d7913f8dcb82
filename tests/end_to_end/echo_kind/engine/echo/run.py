"""Run the job of the echo."""

from engine.echo.events import Echoed
from engine.echo.job import Echo
from engine.runtime.context import JobContext


def run(job: Echo, context: JobContext) -> None:
    """Run the job; its docstring lists its events."""
    for _ in range(job.times):
        context.check_cancelled()
        context.emit(Echoed(job.word))
