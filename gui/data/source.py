"""Reads files in the background, and holds the open one."""

import logging
import threading
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QObject, Signal

from engine.base.errors import Cancelled, UserError
from engine.base.findings import Severity
from engine.data.options import ReadOptions
from engine.data.series import SeriesSet
from engine.runtime.events import Failed, FailureKind, Progress
from engine.runtime.failures import unexpected
from gui.runs.background import Background

PREVIEW_ROWS = 100
REPORT_EVERY = 0.1
"""Shortest time between two reports of progress, in seconds."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file that was read.

    Attributes:
        path: The file.
        options: The options that it was read with.
        series: Its series.
        names: The names of its columns.
        rows: Its first rows, as text.
    """

    path: Path
    options: ReadOptions
    series: SeriesSet
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def warnings(self) -> int:
        """Return the number of findings that are more than advice."""
        return sum(one.severity is not Severity.ADVICE for one in self.series.findings)


class DataSource(QObject):
    """Reads files.

    Attributes:
        file: The open file; None before there is one.
        busy: Whether a file is being read.

    Signals:
        started: A file is being read (its name).
        progressed: Part of the file was read (`engine.runtime.events.Progress`).
        loaded: The file was read (`OpenFile`).
        failed: The file could not be read (`engine.runtime.events.Failed`).
        stopped: The user stopped the reading.
    """

    started = Signal(str)
    progressed = Signal(object)
    loaded = Signal(object)
    failed = Signal(object)
    stopped = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._stop = threading.Event()
        self.file: OpenFile | None = None
        self.busy = False

    def open(self, path: Path, options: ReadOptions | None = None) -> None:
        """Read a file; the open one stays until this one has been read."""
        self.cancel()
        stop = self._stop = threading.Event()
        chosen = options or ReadOptions()
        self.busy = True
        self.started.emit(path.name)

        def finish(file: OpenFile) -> None:
            if stop is self._stop:
                self.busy = False
                self.file = file
                self.loaded.emit(file)

        def fail(error: Exception) -> None:
            if stop is self._stop:
                self.busy = False
                self._fail(path, error)

        self._background.run(lambda: self._read(path, chosen, stop), finish, fail)

    def cancel(self) -> None:
        """Stop reading; return at once."""
        self._stop.set()

    def close(self) -> None:
        """Stop reading and end the thread."""
        self.cancel()
        self._background.close()

    def _read(self, path: Path, options: ReadOptions, stop: threading.Event) -> OpenFile:
        from engine.data import load  # not before the window is on the screen
        from engine.data.tables.head import read_head

        reported = 0.0

        def report(done: int, total: int) -> None:
            nonlocal reported
            if monotonic() - reported > REPORT_EVERY:
                reported = monotonic()
                self.progressed.emit(Progress(f"Reading {path.name}", done, total))

        head = read_head(path, options)
        series = load(path, options, progress=report, cancelled=stop.is_set)
        rows = tuple(tuple(row) for row in head.csv_form.rows[:PREVIEW_ROWS])
        return OpenFile(path, options, series, head.csv_form.names, rows)

    def _fail(self, path: Path, error: Exception) -> None:
        if isinstance(error, Cancelled):
            self.stopped.emit()
        elif isinstance(error, UserError):
            remedy = " ".join(part for part in (error.remedy, self._what_stays(path)) if part)
            self.failed.emit(Failed(FailureKind.INPUT, error.sentence, remedy))
        else:
            logger.error("Reading %s failed", path, exc_info=error)
            self.failed.emit(unexpected(f"{path.name} could not be read", error))

    def _what_stays(self, path: Path) -> str:
        if self.file is None:
            return ""
        name = self.file.path.name
        if self.file.path == path:
            return f"{name} stays open with the roles that it had."
        return f"{name} stays open."
