"""A session: jobs in, events out, and a worker that is started, stopped and replaced as needed."""

import os
import sys
import threading
from collections.abc import Iterator, Mapping
from time import monotonic
from types import TracebackType
from typing import Self

from engine.runtime import events
from engine.runtime.job import Job
from engine.runtime.launcher import Dead, Launcher, WorkerHandle
from engine.runtime.local import LocalLauncher

CANCEL_GRACE = 1.0
"""Seconds that a job gets to stop by itself before its worker is ended."""

CLOSE_WAIT = 3.0
"""Seconds that `close` waits for the thread that reads the events of a stopped job."""

ONE_AT_A_TIME = "A session runs one job at a time."


class Session:
    """Runs jobs in a worker, one at a time.

    The worker serves one job after the other, so torch and the model stay loaded. It is replaced
    when it has died, and when a job needs other environment variables.
    """

    def __init__(
        self, environment: Mapping[str, str] | None = None, launcher: Launcher | None = None
    ) -> None:
        """Make a session; nothing is started before its first job.

        Args:
            environment: The variables that workers inherit; the process's own if None.
            launcher: Starts the workers; on this machine if None.
        """
        self._inherited = environment
        self._launcher = launcher or LocalLauncher()
        self._worker: WorkerHandle | None = None
        self._stop_requested = threading.Event()
        self._running = threading.Lock()
        self._reader: int | None = None

    def run(self, job: Job) -> Iterator[events.Event]:
        """Run a job and yield its events as they come.

        The last event is `Finished`, `Stopped` or `Failed`. To close the iterator early stops
        the job.

        Raises:
            RuntimeError: Another job of this session is running.
        """
        if self._running.locked():
            raise RuntimeError(ONE_AT_A_TIME)
        # A cancel counts from now on, even before the first event is read.
        self._stop_requested.clear()
        return self._run_alone(job)

    def cancel(self) -> None:
        """Ask the running job to stop; it ends within two seconds. Safe from any thread."""
        self._stop_requested.set()

    def close(self) -> None:
        """Stop the running job, if there is one, and end the worker. Safe from any thread."""
        self._stop_requested.set()
        # The thread that reads the events ends the worker, unless it is this one or has gone.
        acquired = self._reader != threading.get_ident() and self._running.acquire(
            timeout=CLOSE_WAIT
        )
        self._end_worker()
        if acquired:
            self._running.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def worker_pid(self) -> int | None:
        """Process id of the worker; None while there is none."""
        return self._worker.pid if self._worker is not None else None

    def _run_alone(self, job: Job) -> Iterator[events.Event]:
        if not self._running.acquire(blocking=False):
            raise RuntimeError(ONE_AT_A_TIME)
        self._reader = threading.get_ident()
        try:
            yield from self._run(job)
        finally:
            self._reader = None
            self._running.release()

    def _run(self, job: Job) -> Iterator[events.Event]:
        reusable = False
        try:
            for event in self._served(job):
                reusable = isinstance(event, events.Ending) and not _leaves_doubt(event)
                yield event
        except OSError as error:
            yield events.Failed(
                events.FailureKind.CANNOT_START,
                f"The worker process cannot start: {error}.",
                f"Check that {sys.executable} can be run.",
            )
        finally:
            if not reusable:
                self._end_worker()

    def _served(self, job: Job) -> Iterator[events.Event]:
        """Send a job to a worker, and yield its events.

        The kept worker may be dying when it gets the job. Its death then says nothing about the
        job, and a new worker gets it.
        """
        kept, worker = self._worker, self._worker_for(job)
        worker.send(job)
        begun = False
        for event in self._events(worker):
            died = isinstance(event, events.Failed) and event.kind is events.FailureKind.WORKER_DIED
            if died and worker is kept and not begun:
                break
            begun = True
            yield event
        else:
            return
        worker = self._worker_for(job)
        worker.send(job)
        yield from self._events(worker)

    def _events(self, worker: WorkerHandle) -> Iterator[events.Event]:
        deadline: float | None = None
        while True:
            if self._stop_requested.is_set() and deadline is None:
                worker.ask_to_stop()
                deadline = monotonic() + CANCEL_GRACE
            if deadline is not None and monotonic() > deadline:
                self._end_worker()
                yield events.Stopped()
                return
            message = worker.next_message(timeout=0.05)
            if message is None:
                continue
            if isinstance(message, Dead):
                death = worker.death()
                self._end_worker()
                yield events.Stopped() if self._stop_requested.is_set() else death
                return
            yield message
            if isinstance(message, events.Ending):
                return

    def _worker_for(self, job: Job) -> WorkerHandle:
        inherited = dict(os.environ if self._inherited is None else self._inherited)
        worker = self._worker
        if worker is not None and not (worker.alive and job.fits(worker.environment, inherited)):
            self._end_worker()
            worker = None
        if worker is None:
            worker = self._worker = self._launcher.launch(job.environment(inherited))
        return worker

    def _end_worker(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()


def _leaves_doubt(ending: events.Ending) -> bool:
    """Say whether a worker may be unfit for another job.

    It may still hold memory, have lost its GPU, or have imported half of a package.
    """
    doubtful = (
        events.FailureKind.MEMORY,
        events.FailureKind.CANNOT_START,
        events.FailureKind.UNEXPECTED,
    )
    return isinstance(ending, events.Failed) and ending.kind in doubtful
