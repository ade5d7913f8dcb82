"""The child process: one loop, a job in, events out.

It is started as `python -m engine.runtime.worker` with the environment that the configuration asks
for, because torch reads much of it only once. Jobs run on the main thread, since torch.compile
is not thread safe; a second thread listens, and ends the process group when the parent is gone.
"""

import contextlib
import faulthandler
import importlib
import logging
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import BinaryIO

from engine.base.errors import Cancelled, UserError
from engine.benchmark.job import Benchmark
from engine.benchmark.measuring import side_jobs as calls
from engine.check.job import Check, DescribeMachine
from engine.forecast.job import Forecast
from engine.runtime import events
from engine.runtime import pipe as wire
from engine.runtime.context import JobContext, Shelf
from engine.runtime.failures import JobError, bad_input, describe_failure
from engine.runtime.job import Job
from engine.validation.job import Replay, Validate

RUNNERS: dict[type[Job], str] = {
    DescribeMachine: "engine.model.machine",
    Check: "engine.check.run",
    Forecast: "engine.forecast.run",
    Validate: "engine.validation.run",
    Replay: "engine.validation.run",
    Benchmark: "engine.benchmark.run",
    **dict.fromkeys(calls.JOBS, "engine.benchmark.measuring.sides"),
    calls.TakeStart: "engine.benchmark.measuring.start",
}
"""Where each kind of job is run: a module with `run(job, context)`, imported when needed."""


@dataclass(slots=True)
class Worker:
    """The child's side of the pipes.

    Attributes:
        inbox: Where jobs come from.
        outbox: Where events go.
    """

    inbox: BinaryIO
    outbox: BinaryIO
    _jobs: "SimpleQueue[Job]" = field(default_factory=SimpleQueue)
    _cancelled: threading.Event = field(default_factory=threading.Event)
    _sending: threading.Lock = field(default_factory=threading.Lock)

    def listen(self) -> None:
        """Takes messages until the parent is gone, and then ends the process group."""
        try:
            while True:
                self._take(wire.read(self.inbox))
        finally:
            end_process_group()

    def _take(self, packed: bytes) -> None:
        try:
            message = wire.unpack(packed)
        except Exception as error:
            self.emit(describe_failure(error))
            return
        if isinstance(message, wire.Cancel):
            self._cancelled.set()
        else:
            self._cancelled.clear()
            self._jobs.put(message)

    def emit(self, event: events.Event) -> None:
        """Sends an event to the parent."""
        message = wire.pack(event)  # before the lock, since pickling may log and come back here
        with self._sending:
            wire.write(self.outbox, message)

    def work(self) -> None:
        """Runs jobs, one after the other, for ever."""
        shelf = Shelf(size=3)
        while True:
            job = self._jobs.get()
            context = JobContext(self.emit, self._cancelled.is_set, shelf)
            self.emit(run(job, context))


def run(job: Job, context: JobContext) -> events.Outcome:
    """Runs one job with the module that knows it, and says how it ended."""
    try:
        importlib.import_module(RUNNERS[type(job)]).run(job, context)
    except Cancelled:
        return events.Stopped()
    except JobError as error:
        return error.failed
    except UserError as error:
        return bad_input(error)
    except BaseException as error:
        return describe_failure(error)
    return events.Finished()


class EventHandler(logging.Handler):
    """Turns log records into events."""

    def __init__(self, emit: Callable[[events.Event], None]) -> None:
        super().__init__(logging.INFO)
        self._emit = emit
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Sends one record."""
        with contextlib.suppress(OSError):
            self._emit(events.Logged(record.levelno, record.name, self.format(record)))


def set_up_logging(emit: Callable[[events.Event], None]) -> None:
    """Sends everything that is logged or warned to the parent."""
    logging.captureWarnings(True)
    logging.basicConfig(level=logging.WARNING, handlers=[EventHandler(emit)], force=True)
    logging.getLogger("engine").setLevel(logging.INFO)


def end_process_group() -> None:
    """Ends this process at once, with the compilers that it may have started."""
    if hasattr(os, "killpg"):
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(1)


def take_over_standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """Keeps the pipes for messages, so that nobody's print can get between them."""
    inbox = os.fdopen(os.dup(0), "rb")
    outbox = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    wire.begin(outbox)
    return inbox, outbox


def main() -> None:
    """Runs the worker."""
    faulthandler.enable()
    worker = Worker(*take_over_standard_streams())
    set_up_logging(worker.emit)
    threading.Thread(target=worker.listen, name="listen", daemon=True).start()
    with contextlib.suppress(BrokenPipeError):
        worker.work()


if __name__ == "__main__":
    main()
