"""The parent's side: start a worker, hand it a job, stop it, and replace it when it dies."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from types import TracebackType
from typing import BinaryIO, Self, cast

from engine import events, jobs, wire
from engine.config import SETTINGS, CompileConfig

logger = logging.getLogger(__name__)

CANCEL_GRACE = 1.0
"""Seconds that a job gets to stop by itself before its process is ended."""

LAST_WORDS = 40
"""Lines of the worker's standard error that are kept to explain its death."""

_DEAD = object()


class Session:
    """Runs jobs in a worker process, one at a time.

    The worker lives from job to job, so that torch and the model stay loaded; it is replaced
    when it has died, and when a job needs other process-level variables than it has.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        """Starts nothing yet.

        Args:
            environment: The variables that workers inherit; the process's own if None.
        """
        self._inherited = environment
        self._worker: WorkerProcess | None = None
        self._stop_asked = threading.Event()
        self._running = threading.Lock()

    def run(self, job: jobs.Job) -> Iterator[events.Event]:
        """Runs a job and gives its events as they come.

        The last event is `Finished`, `Stopped` or `Failed`. Closing the iterator early stops
        the job.

        Raises:
            RuntimeError: Another job of this session is running.
        """
        # Before the first event is asked for, so that a cancel in between is not lost.
        self._stop_asked.clear()
        return self._run_alone(job)

    def cancel(self) -> None:
        """Asks the running job to stop; it ends within two seconds. Safe from any thread."""
        self._stop_asked.set()

    def close(self) -> None:
        """Ends the worker."""
        self._stop_asked.set()
        if self._worker is not None:
            self._worker.end()
            self._worker = None

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

    def _run_alone(self, job: jobs.Job) -> Iterator[events.Event]:
        if not self._running.acquire(blocking=False):
            raise RuntimeError("A session runs one job at a time.")
        try:
            yield from self._run(job)
        finally:
            self._running.release()

    def _run(self, job: jobs.Job) -> Iterator[events.Event]:
        finished = False
        try:
            worker = self._worker_for(job.config)
            worker.send(job)
            for event in self._events(worker):
                finished = isinstance(event, events.Outcome)
                yield event
        except OSError as error:
            finished = True
            yield events.Failed(
                events.FailureKind.CANNOT_START,
                f"The worker process cannot be started: {error}.",
                f"Check that {sys.executable} can be run.",
            )
        finally:
            if not finished:
                self._end_worker()

    def _events(self, worker: "WorkerProcess") -> Iterator[events.Event]:
        deadline: float | None = None
        while True:
            if self._stop_asked.is_set() and deadline is None:
                worker.send(wire.Cancel())
                deadline = monotonic() + CANCEL_GRACE
            if deadline is not None and monotonic() > deadline:
                self._end_worker()
                yield events.Stopped()
                return
            message = worker.next_message(timeout=0.05)
            if message is None:
                continue
            if message is _DEAD:
                died = worker.death()
                self._end_worker()
                yield events.Stopped() if self._stop_asked.is_set() else died
                return
            event = cast(events.Event, message)
            yield event
            if isinstance(event, events.Outcome):
                return

    def _worker_for(self, config: CompileConfig) -> "WorkerProcess":
        inherited = dict(os.environ if self._inherited is None else self._inherited)
        environment = process_environment(config, inherited)
        worker = self._worker
        if worker is not None and (worker.environment != environment or not worker.alive):
            self._end_worker()
            worker = None
        if worker is None:
            worker = self._worker = WorkerProcess(environment)
        return worker

    def _end_worker(self) -> None:
        if self._worker is not None:
            self._worker.end()
            self._worker = None


class WorkerProcess:
    """A running worker and the threads that read its pipes.

    Attributes:
        environment: The variables that it was started with.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self._messages: SimpleQueue[object] = SimpleQueue()
        self._last_words: deque[str] = deque(maxlen=LAST_WORDS)
        # -P: a file named torch.py in the folder that the user stands in must not be imported.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "engine.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            start_new_session=True,
        )
        self._threads = [
            threading.Thread(target=self._read_messages, name="worker messages", daemon=True),
            threading.Thread(target=self._read_errors, name="worker errors", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it is still running."""
        return self._process.poll() is None

    def send(self, message: object) -> None:
        """Sends a job or a `wire.Cancel`; a worker that has just died is found by reading."""
        try:
            wire.send(cast(BinaryIO, self._process.stdin), message)
        except OSError:
            logger.info("The worker %d was gone when it was written to", self.pid)

    def next_message(self, timeout: float) -> object | None:
        """The next event, `_DEAD` when there will be no more, None if none came in time."""
        try:
            return self._messages.get(timeout=timeout)
        except Empty:
            return None

    def death(self) -> events.Failed:
        """Why it died, as far as can be told from outside."""
        code = self._process.wait()
        self._threads[1].join(timeout=1)
        return describe_death(code, "\n".join(self._last_words))

    def end(self) -> None:
        """Ends it and everything that it started, at once, and cleans up behind it."""
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join(timeout=5)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            with suppress(OSError):
                cast(BinaryIO, stream).close()

    def _read_messages(self) -> None:
        stream = cast(BinaryIO, self._process.stdout)
        try:
            wire.find_beginning(stream)
            while True:
                self._messages.put(wire.receive(stream))
        except (EOFError, OSError):
            pass
        finally:
            self._messages.put(_DEAD)

    def _read_errors(self) -> None:
        for line in cast(BinaryIO, self._process.stderr):
            text = line.decode(errors="replace").rstrip()
            self._last_words.append(text)
            logger.debug("worker %d: %s", self.pid, text)


def process_environment(config: CompileConfig, inherited: Mapping[str, str]) -> dict[str, str]:
    """The variables of a worker for a configuration.

    Args:
        config: Its process-level settings are set for the worker.
        inherited: Everything else; what it says about compile threads and logs wins.
    """
    environment = dict(inherited)
    environment[SETTINGS["cache_dir"].variable] = str(Path(config.cache_dir).absolute())
    # Compile workers of torch idle for a minute, and hang if their own parent dies.
    environment.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")
    if config.debug:
        environment.setdefault("TORCH_LOGS", "+dynamo,graph_breaks,recompiles,guards")
    return environment


def describe_death(code: int, last_words: str) -> events.Failed:
    """Puts a worker's exit code into words."""
    kind, remedy = events.FailureKind.WORKER_DIED, "Run the job again: a new worker is started."
    if code == -signal.SIGKILL:
        sentence = "The worker process was killed, by the system for want of memory or by someone."
        remedy = "If memory was short, use a smaller batch size or context. " + remedy
    elif code < 0:
        name = signal.Signals(-code).name
        sentence = f"The worker process crashed ({name})."
        remedy = "If it happens again, turn compilation off. " + remedy
    else:
        sentence = f"The worker process ended by itself with code {code}."
        if "ModuleNotFoundError" in last_words or "ImportError" in last_words:
            kind = events.FailureKind.CANNOT_START
            sentence = "The worker process cannot be started: a part cannot be imported."
            remedy = f"Install chronos-panel again into the environment of {sys.executable}."
    return events.Failed(kind, sentence, remedy, last_words)
