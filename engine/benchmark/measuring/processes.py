"""The processes that are measured in: started, asked, and ended with whoever asks."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import psutil

from engine.benchmark.measurements import Side
from engine.check import cache_folder
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
    """A worker that does one job at a time for the benchmark.

    Attributes:
        spawned: When it was started, as `time.time` gives it.
    """

    def __init__(self, config: CompileConfig, context: JobContext) -> None:
        """Starts it.

        Args:
            config: Decides its variables.
            context: Is told what it says, and asked whether to go on.
        """
        self._context = context
        self.spawned = time.time()
        # torch sets it in a process that compiles: a cold start would find its kernels there.
        inherited = {name: text for name, text in os.environ.items() if name != TRITON_CACHE}
        environment = process_environment(config, inherited, config.enabled)
        self._worker = context.launcher.launch(environment)

    def ask(self, job: Job, kind: type[Reply]) -> list[Reply]:
        """Has it do a job, and gives those of its events that answer.

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
        """Has it do a job that has one answer."""
        (reply,) = self.ask(job, kind)
        return reply

    def end(self) -> None:
        """Ends it."""
        self._worker.end()


@contextmanager
def measuring_process(config: CompileConfig, context: JobContext) -> Iterator[MeasuringProcess]:
    """A scope with a process in it."""
    process = MeasuringProcess(config, context)
    try:
        yield process
    finally:
        process.end()


@contextmanager
def cache_folders() -> Iterator[Mapping[Side, str]]:
    """A scope with an empty cache folder for each side.

    The user's own folder is neither used, which would not be cold, nor filled.
    """
    for one in (Path(tempfile.gettempdir()), cache_folder.own_caches()):
        remove_left_behind(one)
    place = room_for_code()
    place.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}-{os.getpid()}-", dir=place))
    try:
        yield {side: str(folder / side) for side in Side}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def room_for_code() -> Path:
    """Where code can be kept for a while and run: beside the user's caches, if not in /tmp."""
    temporary, own = Path(tempfile.gettempdir()), cache_folder.own_caches()
    if cache_folder.has_room(temporary) or not cache_folder.has_room(own):
        return temporary
    return own


def remove_left_behind(place: Path) -> None:
    """Removes what a benchmark that was killed could not remove itself."""
    for folder in place.glob(f"{FOLDER}-*-*"):
        pid = folder.name.removeprefix(f"{FOLDER}-").partition("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def share_a_process(a: CompileConfig, b: CompileConfig) -> bool:
    """Whether two configurations can be timed in one process.

    Not if both compile, since torch keeps compiled code by function and not by model, and not
    if one of them logs, which torch decides when it is imported.
    """
    return a.debug == b.debug and not (a.enabled and b.enabled)
