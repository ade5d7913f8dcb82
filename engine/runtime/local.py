"""Workers on this machine: child processes that are spoken to over their pipes."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import BinaryIO, cast

from engine.base.memory import more_memory, names_memory
from engine.runtime import events, messages, pipe, scratch
from engine.runtime.failures import REINSTALL
from engine.runtime.job import Job
from engine.runtime.launcher import DEAD, Dead

logger = logging.getLogger(__name__)

LAST_WORDS = 40
"""Lines of a worker's standard error that are kept to explain its death."""

RUN_AGAIN = "Run the job again: a new worker starts."


class LocalLauncher:
    """Starts workers on this machine."""

    def launch(self, environment: Mapping[str, str]) -> "LocalWorker":
        """Start a worker with these environment variables.

        Raises:
            OSError: It cannot be started.
        """
        return LocalWorker(environment)


class LocalWorker:
    """A worker on this machine, and the threads that read and write its pipes.

    Attributes:
        environment: The variables that it was started with.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self._messages: SimpleQueue[events.Event | Dead] = SimpleQueue()
        self._last_words: deque[str] = deque(maxlen=LAST_WORDS)
        self._scratch = scratch.make()
        try:
            self._process = _start(environment, self._scratch)
        except BaseException:
            scratch.remove(self._scratch)
            raise
        self._ended = threading.Event()
        self._reading_failed: BaseException | None = None
        self._sending = threading.Lock()
        self._messages_reader = self._start_thread(self._read_messages)
        self._errors_reader = self._start_thread(self._read_errors)
        self._writers: list[threading.Thread] = []

    @property
    def pid(self) -> int:
        """Process id of the worker."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Say whether the worker can take a job: its process runs, and its pipe is open."""
        return not self._ended.is_set() and self._process.poll() is None

    def send(self, job: Job) -> None:
        """Send a job in the background: the pipe of a busy or stuck worker may be full."""
        self._write_in_background(messages.encode(job))

    def ask_to_stop(self) -> None:
        """Ask for the running job to stop; do nothing while that job is still being sent."""
        if self._sending.acquire(blocking=False):
            self._sending.release()
            self._write_in_background(messages.encode(messages.Cancel()))

    def next_message(self, timeout: float) -> events.Event | Dead | None:
        """Return the next event, `DEAD` when no more will come, or None after the timeout.

        Args:
            timeout: Seconds to wait at most.
        """
        try:
            return self._messages.get(timeout=timeout)
        except Empty:
            return None

    def death(self) -> events.Failed:
        """Explain why it is dead, as far as can be seen from outside."""
        try:
            code = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return events.Failed(
                events.FailureKind.WORKER_DIED,
                f"The worker process sent a message that cannot be read: {self._reading_failed!r}.",
                RUN_AGAIN,
                "\n".join(self._last_words),
            )
        self._errors_reader.join(timeout=1)
        return _describe_death(code, "\n".join(self._last_words))

    def end(self) -> None:
        """End it and everything that it started, at once; close its pipes, remove its files."""
        try:
            self._end_process()
        finally:  # an interrupt must not leave the folder
            scratch.remove(self._scratch)

    def _end_process(self) -> None:
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
                pipe.write(cast(BinaryIO, self._process.stdin), packed)
        except (OSError, ValueError):
            # The reader finds its death; `end` closes the pipe.
            logger.info("The worker %d ended before a message was written", self.pid)

    def _read_messages(self) -> None:
        stream = cast(BinaryIO, self._process.stdout)
        try:
            pipe.find_beginning(stream)
            while True:
                self._messages.put(messages.decode(pipe.read(stream)))
        except (EOFError, OSError):
            pass
        except Exception as error:
            logger.exception("The worker %d sent a message that cannot be read", self.pid)
            self._reading_failed = error
        finally:
            self._ended.set()
            self._messages.put(DEAD)

    def _read_errors(self) -> None:
        # The user asked for torch's verbose output.
        level = logging.INFO if "TORCH_LOGS" in self.environment else logging.DEBUG
        for line in cast(BinaryIO, self._process.stderr):
            text = line.decode(errors="replace").rstrip()
            self._last_words.append(text)
            logger.log(level, "worker %d: %s", self.pid, text)


def _start(environment: Mapping[str, str], temporary: Path) -> "subprocess.Popen[bytes]":
    """Start the process of a worker whose temporary files go to a folder."""
    # -P: a file named torch.py in the folder that the user stands in must not be imported.
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "engine.runtime.worker", temporary],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=scratch.environment(environment, temporary),
        start_new_session=True,
    )


def _describe_death(code: int, last_words: str) -> events.Failed:
    """Explain a worker's exit code."""
    kind, remedy = events.FailureKind.WORKER_DIED, RUN_AGAIN
    if names_memory(last_words):
        kind = events.FailureKind.MEMORY
        sentence, remedy = "The worker process ran out of memory.", more_memory()
    elif code == -signal.SIGKILL:
        sentence = "The worker process was killed, probably because memory ran out."
        remedy = f"Use a smaller batch size or a shorter context. {remedy}"
    elif code < 0:
        sentence = f"The worker process crashed ({_signal_name(-code)})."
        remedy = f"{remedy} If it crashes again, turn compilation off."
    else:
        sentence = f"The worker process ended with exit code {code}."
        if "ModuleNotFoundError" in last_words or "ImportError" in last_words:
            kind = events.FailureKind.CANNOT_START
            sentence = "The worker process cannot start: a package cannot be imported."
            remedy = REINSTALL
    return events.Failed(kind, sentence, remedy, last_words)


def _signal_name(number: int) -> str:
    """Return a signal's name, or its number if it has none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
