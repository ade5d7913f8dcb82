"""The child process: one loop, a job in, events out.

`engine.runtime.local` starts it as `python -m engine.runtime.worker FOLDER` with the environment
that its first job asks for, because torch reads much of it only once. Temporary files go to the
folder. Jobs run on the main thread, because torch.compile is not thread safe. A second thread reads
messages, and ends the process group when the parent is gone.
"""

import contextlib
import faulthandler
import functools
import importlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

from engine.base.errors import Cancelled, UserError
from engine.config.code_folders import secure_code_folders
from engine.runtime import events, messages, pipe, scratch
from engine.runtime.context import Cache, JobContext
from engine.runtime.failures import JobError, bad_input, describe_failure
from engine.runtime.job import Job


@dataclass(slots=True)
class Worker:
    """The child's side of the pipes.

    Attributes:
        inbox: Where jobs come from.
        outbox: Where events go.
        temporary: Where temporary files go.
    """

    inbox: BinaryIO
    outbox: BinaryIO
    temporary: Path
    _jobs: "SimpleQueue[Job]" = field(default_factory=SimpleQueue)
    _cancelled: threading.Event = field(default_factory=threading.Event)
    _sending: threading.Lock = field(default_factory=threading.Lock)

    def listen(self) -> None:
        """Read messages until the parent is gone, then end the process group."""
        try:
            while True:
                self._handle(pipe.read(self.inbox))
        finally:
            try:
                scratch.remove_afterwards(self.temporary)
            finally:
                _end_process_group()

    def _handle(self, packed: bytes) -> None:
        try:
            message = messages.decode(packed)
        except Exception as error:
            self.emit(describe_failure(error))
            return
        match message:
            case messages.Cancel():
                self._cancelled.set()
            case Job():
                self._cancelled.clear()
                self._jobs.put(message)

    def emit(self, event: events.Event) -> None:
        """Send an event to the parent."""
        message = messages.encode(event)  # before the lock: encoding may log, and come back here
        with self._sending:
            pipe.write(self.outbox, message)

    def work(self) -> None:
        """Run jobs, one after the other, for ever."""
        cache = Cache(size=3)
        while True:
            job = self._jobs.get()
            context = JobContext(self.emit, self._cancelled.is_set, cache)
            self.emit(run(job, context, self.temporary))


def run(job: Job, context: JobContext, temporary: Path) -> events.Ending:
    """Run one job with its runner, and return how it ended.

    Args:
        job: The job.
        context: Receives its events.
        temporary: Where temporary files go.
    """
    try:
        scratch.make_again(temporary)
        if job.compiles:
            for finding in _secure_once():
                context.emit(events.FindingReported(finding))
        importlib.import_module(job.runner).run(job, context)
    except Cancelled:
        return events.Stopped()
    except JobError as error:
        return error.failed
    except UserError as error:
        return bad_input(error)
    except BaseException as error:
        return describe_failure(error)
    return events.Finished()


_secure_once = functools.cache(secure_code_folders)
"""Only the user and root can change the answer afterwards, but every job is to report it."""


class EventHandler(logging.Handler):
    """Sends log records as events."""

    def __init__(self, emit: Callable[[events.Event], None]) -> None:
        super().__init__(logging.INFO)
        self._emit = emit
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record."""
        with contextlib.suppress(OSError):
            self._emit(events.Logged(record.levelno, record.name, self.format(record)))


def _set_up_logging(emit: Callable[[events.Event], None]) -> None:
    """Send everything that is logged or warned to the parent."""
    logging.captureWarnings(True)
    logging.basicConfig(level=logging.WARNING, handlers=[EventHandler(emit)], force=True)
    logging.getLogger("engine").setLevel(logging.INFO)


def _end_process_group() -> None:
    """End this process at once, and the compilers that it may have started."""
    if hasattr(os, "killpg"):
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(1)


def _claim_standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """Keep the pipes for messages: what a library prints goes to standard error instead."""
    inbox = os.fdopen(os.dup(0), "rb")
    outbox = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    pipe.begin(outbox)
    return inbox, outbox


def main() -> None:
    """Run the worker."""
    faulthandler.enable()
    temporary = Path(sys.argv[1])
    try:
        worker = Worker(*_claim_standard_streams(), temporary)
    except BrokenPipeError:
        scratch.remove(temporary)
        return
    _set_up_logging(worker.emit)
    listener = threading.Thread(target=worker.listen, name="listen", daemon=True)
    listener.start()
    with contextlib.suppress(BrokenPipeError):
        worker.work()
    listener.join()  # it cleans up when the parent is gone


if __name__ == "__main__":
    main()
