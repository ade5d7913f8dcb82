"""The measuring processes: workers that are started, asked and ended by the benchmark."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from engine.base.exposure import exposure
from engine.base.fresh_folders import fresh_folder, remove_left_behind
from engine.benchmark.setup import Side
from engine.config import code_folders
from engine.config.environment import process_environment
from engine.config.settings import CompileConfig
from engine.runtime import events
from engine.runtime.context import JobContext
from engine.runtime.failures import JobError
from engine.runtime.job import Job
from engine.runtime.launcher import Dead

Reply = TypeVar("Reply", bound=events.Event)

FOLDER = "chronos-panel-benchmark"
TRITON_CACHE = "TRITON_CACHE_DIR"


class MeasuringProcess:
    """A worker that runs one job at a time for the benchmark.

    Attributes:
        spawned: When it was started, on the clock of `time.time`.
    """

    def __init__(self, config: CompileConfig, context: JobContext) -> None:
        """Start it.

        Args:
            config: Decides its environment variables.
            context: Launches it, receives its other events, and can cancel it.
        """
        self._context = context
        self.spawned = time.time()
        # torch sets it in a process that compiles; a cold start would find kernels there.
        inherited = {name: text for name, text in os.environ.items() if name != TRITON_CACHE}
        environment = process_environment(config, inherited, config.enabled)
        self._worker = context.launcher.launch(environment)

    def ask(self, job: Job, kind: type[Reply]) -> list[Reply]:
        """Have it run a job, and return the events of one kind.

        Raises:
            Cancelled: The benchmark was asked to stop.
            JobError: The job failed, or the process died.
        """
        self._worker.send(job)
        replies: list[Reply] = []
        while True:
            message = self._worker.next_message(timeout=0.05)
            self._context.check_cancelled()
            if message is None:
                continue
            if isinstance(message, Dead):
                raise JobError(self._worker.death())
            if isinstance(message, kind):
                replies.append(message)
            elif isinstance(message, events.Failed):
                raise JobError(message)
            elif isinstance(message, events.Finished):
                return replies
            else:
                self._context.emit(message)

    def ask_one(self, job: Job, kind: type[Reply]) -> Reply:
        """Have it run a job that has one answer."""
        (reply,) = self.ask(job, kind)
        return reply

    def end(self) -> None:
        """End it."""
        self._worker.end()


@contextmanager
def measuring_process(config: CompileConfig, context: JobContext) -> Iterator[MeasuringProcess]:
    """Open a measuring process, and end it afterwards."""
    process = MeasuringProcess(config, context)
    try:
        yield process
    finally:
        process.end()


@contextmanager
def cache_folders() -> Iterator[Mapping[Side, str]]:
    """Open an empty cache folder for each side, and remove them afterwards.

    The user's own cache is not touched.
    """
    for parent in _parents():
        remove_left_behind(FOLDER, parent)
    folder = fresh_folder(FOLDER, _room_for_code())
    try:
        yield {side: str(folder / side) for side in Side}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _parents() -> tuple[Path, Path]:
    return Path(tempfile.gettempdir()), code_folders.own_caches()


def _room_for_code() -> Path:
    """Return where to make a folder for code: the temporary folder, or the user's cache folder."""
    parents = _parents()
    private = [parent for parent in parents if exposure(parent.resolve() / FOLDER) is None]
    suitable = (parent for parent in private if code_folders.has_room(parent))
    return next(suitable, parents[0])


def share_a_process(a: CompileConfig, b: CompileConfig) -> bool:
    """Say whether two configurations can be timed in one process.

    Two compiled sides cannot, because torch keeps compiled code by function, not by model. Sides
    that differ in debug logging cannot either, because torch reads that setting on import.
    """
    return a.debug == b.debug and not (a.enabled and b.enabled)
