"""Start workers: a launcher starts a worker, here or elsewhere, and exchanges messages with it.

A worker is a process that runs one job after the other. Only plain, typed messages cross this
border, so a worker may as well stand on another machine.
"""

from collections.abc import Mapping
from typing import Protocol

from engine.runtime.events import Event, Failed
from engine.runtime.job import Job


class Dead:
    """The last message of a worker: no more will come."""


DEAD = Dead()


class WorkerHandle(Protocol):
    """A worker that was started, as seen by its parent."""

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables that it was started with."""

    @property
    def pid(self) -> int:
        """Its process id."""

    @property
    def alive(self) -> bool:
        """Say whether the worker can still take a job."""

    def send(self, job: Job) -> None:
        """Send a job; return at once."""

    def ask_to_stop(self) -> None:
        """Ask for the running job to stop; return at once."""

    def next_message(self, timeout: float) -> Event | Dead | None:
        """Return the next event, `DEAD` when no more will come, or None after the timeout.

        Args:
            timeout: Seconds to wait at most.
        """

    def death(self) -> Failed:
        """Explain why it is dead, as far as can be seen from outside."""

    def end(self) -> None:
        """End it and everything that it started, at once."""


class Launcher(Protocol):
    """Starts workers."""

    def launch(self, environment: Mapping[str, str]) -> WorkerHandle:
        """Start a worker with these environment variables.

        Raises:
            OSError: It cannot be started.
        """
