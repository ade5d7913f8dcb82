"""The parent's side: start a worker, hand it a job, stop it, and replace it when it dies."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from queue import Empty, SimpleQueue
from time import monotonic
from types import TracebackType
from typing import BinaryIO, Self, cast

from engine.config.environment import process_environment
from engine.runtime import events
from engine.runtime import pipe as wire
from engine.runtime.job import Job

logger = logging.getLogger(__name__)

CANCEL_GRACE = 1.0
"""Seconds that a job gets to stop by itself before its process is ended."""

CLOSE_WAIT = 3.0
"""Seconds that closing waits for a stopped job to be cleared away by whoever runs it."""

LAST_WORDS = 40
"""Lines of the worker's standard error that are kept to explain its death."""

DEAD = object()
"""What `WorkerProcess.next_message` gives when there will be no more."""


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
        self._taker: int | None = None

    def run(self, job: Job) -> Iterator[events.Event]:
        """Runs a job and gives its events as they come.

        The last event is `Finished`, `Stopped` or `Failed`. Closing the iterator early stops
        the job.

        Raises:
            RuntimeError: Another job of this session is running.
        """
        if self._running.locked():
            raise RuntimeError("A session runs one job at a time.")
        # Before the first event is asked for, so that a cancel in between is not lost.
        self._stop_asked.clear()
        return self._run_alone(job)

    def cancel(self) -> None:
        """Asks the running job to stop; it ends within two seconds. Safe from any thread."""
        self._stop_asked.set()

    def close(self) -> None:
        """Stops the running job, if there is one, and ends the worker. Safe from any thread."""
        self._stop_asked.set()
        # Whoever takes the events ends the worker, unless that is us or they have gone away.
        taken = self._taker != threading.get_ident() and self._running.acquire(timeout=CLOSE_WAIT)
        self._end_worker()
        if taken:
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
            raise RuntimeError("A session runs one job at a time.")
        self._taker = threading.get_ident()
        try:
            yield from self._run(job)
        finally:
            self._taker = None
            self._running.release()

    def _run(self, job: Job) -> Iterator[events.Event]:
        finished = False
        try:
            worker = self._worker_for(job)
            worker.send(job)
            for event in self._events(worker):
                finished = isinstance(event, events.Outcome) and not leaves_doubt(event)
                yield event
        except OSError as error:
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
                worker.ask_to_stop()
                deadline = monotonic() + CANCEL_GRACE
            if deadline is not None and monotonic() > deadline:
                self._end_worker()
                yield events.Stopped()
                return
            message = worker.next_message(timeout=0.05)
            if message is None:
                continue
            if message is DEAD:
                died = worker.death()
                self._end_worker()
                yield events.Stopped() if self._stop_asked.is_set() else died
                return
            event = cast(events.Event, message)
            yield event
            if isinstance(event, events.Outcome):
                return

    def _worker_for(self, job: Job) -> "WorkerProcess":
        inherited = dict(os.environ if self._inherited is None else self._inherited)
        environment = process_environment(job.config, inherited, job.compiles)
        # A worker that may compile serves a job that does not, but not the other way round.
        good = (environment, process_environment(job.config, inherited, compiles=True))
        worker = self._worker
        if worker is not None and (worker.environment not in good or not worker.alive):
            self._end_worker()
            worker = None
        if worker is None:
            worker = self._worker = WorkerProcess(environment)
        return worker

    def _end_worker(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()


def leaves_doubt(outcome: events.Outcome) -> bool:
    """Whether a worker may be no good for another job: memory it still holds, a GPU it has lost."""
    doubtful = (events.FailureKind.MEMORY, events.FailureKind.UNEXPECTED)
    return isinstance(outcome, events.Failed) and outcome.kind in doubtful


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
            [sys.executable, "-P", "-m", "engine.runtime.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            start_new_session=True,
        )
        self._ended = threading.Event()
        self._reading_failed: BaseException | None = None
        self._sending = threading.Lock()
        self._messages_reader = self._start_thread(self._read_messages)
        self._errors_reader = self._start_thread(self._read_errors)
        self._writers: list[threading.Thread] = []

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still talks; its end may be known before its pipe has been read to the end."""
        return not self._ended.is_set() and self._process.poll() is None

    def send(self, job: Job) -> None:
        """Sends a job, in the background: the pipe of a busy or stuck worker may be full."""
        self._write_in_background(wire.pack(job))

    def ask_to_stop(self) -> None:
        """Asks for the running job to stop; without effect while that job is still being sent."""
        if self._sending.acquire(blocking=False):
            self._sending.release()
            self._write_in_background(wire.pack(wire.Cancel()))

    def next_message(self, timeout: float) -> object | None:
        """The next event, `DEAD` when there will be no more, None if none came in time."""
        try:
            return self._messages.get(timeout=timeout)
        except Empty:
            return None

    def death(self) -> events.Failed:
        """Why it fell silent, as far as can be told from outside."""
        try:
            code = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return events.Failed(
                events.FailureKind.WORKER_DIED,
                f"The worker process sent something that cannot be read: {self._reading_failed!r}.",
                "Run the job again: a new worker is started.",
                "\n".join(self._last_words),
            )
        self._errors_reader.join(timeout=1)
        return describe_death(code, "\n".join(self._last_words))

    def end(self) -> None:
        """Ends it and everything that it started, at once, and cleans up behind it."""
        if hasattr(os, "killpg"):
            # macOS says PermissionError where only a zombie is left.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        for thread in (self._messages_reader, self._errors_reader, *self._writers):
            thread.join(timeout=5)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            with suppress(OSError):
                cast(BinaryIO, stream).close()

    def _start_thread(self, work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=work, name=f"worker {self.pid}", daemon=True)
        thread.start()
        return thread

    def _write_in_background(self, packed: bytes) -> None:
        self._writers = [writer for writer in self._writers if writer.is_alive()]
        self._writers.append(self._start_thread(lambda: self._write(packed)))

    def _write(self, packed: bytes) -> None:
        try:
            with self._sending:
                wire.write(cast(BinaryIO, self._process.stdin), packed)
        except (OSError, ValueError):
            # Its death is found by reading; a closed pipe was closed by `end`.
            logger.info("The worker %d was gone when it was written to", self.pid)

    def _read_messages(self) -> None:
        stream = cast(BinaryIO, self._process.stdout)
        try:
            wire.find_beginning(stream)
            while True:
                self._messages.put(wire.unpack(wire.read(stream)))
        except (EOFError, OSError):
            pass
        except Exception as error:
            logger.exception("The worker %d sent something unreadable", self.pid)
            self._reading_failed = error
        finally:
            self._ended.set()
            self._messages.put(DEAD)

    def _read_errors(self) -> None:
        # What torch says when asked to be verbose is what the user asked for.
        level = logging.INFO if "TORCH_LOGS" in self.environment else logging.DEBUG
        for line in cast(BinaryIO, self._process.stderr):
            text = line.decode(errors="replace").rstrip()
            self._last_words.append(text)
            logger.log(level, "worker %d: %s", self.pid, text)


def describe_death(code: int, last_words: str) -> events.Failed:
    """Puts a worker's exit code into words."""
    kind, remedy = events.FailureKind.WORKER_DIED, "Run the job again: a new worker is started."
    if code == -signal.SIGKILL:
        sentence = "The worker process was killed, by the system for want of memory or by someone."
        remedy = "If memory was short, use a smaller batch size or context. " + remedy
    elif code < 0:
        sentence = f"The worker process crashed ({signal_name(-code)})."
        remedy = "If it happens again, turn compilation off. " + remedy
    else:
        sentence = f"The worker process ended by itself with code {code}."
        if "ModuleNotFoundError" in last_words or "ImportError" in last_words:
            kind = events.FailureKind.CANNOT_START
            sentence = "The worker process cannot be started: a part cannot be imported."
            remedy = f"Install chronos-panel again into the environment of {sys.executable}."
    return events.Failed(kind, sentence, remedy, last_words)


def signal_name(number: int) -> str:
    """A signal's name; its number where it has none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
