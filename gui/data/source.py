"""The open file: read in the background, with progress and cancel."""

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
from gui.runs.background import Background

PREVIEW_ROWS = 100
TELL_EVERY = 0.1
"""Seconds between two reports of progress."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file that was read.

    Attributes:
        path: The file.
        options: What was said about how to read it.
        series: Its series.
        names: Names of its columns.
        rows: Its first rows, as text.
    """

    path: Path
    options: ReadOptions
    series: SeriesSet
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def warnings(self) -> int:
        """How many things about it are told that are more than advice."""
        return sum(one.severity is not Severity.ADVICE for one in self.series.findings)


class DataSource(QObject):
    """Reads files.

    Signals:
        started: A file is being read (its name).
        progressed: So far (`engine.runtime.events.Progress`).
        loaded: A file was read (`OpenFile`).
        failed: It could not be read (`engine.runtime.events.Failed`).
        stopped: Reading was cancelled.
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
        """Reads a file; the open one stays until it has been read."""
        self.cancel()
        stop = self._stop = threading.Event()
        asked = options or ReadOptions()
        self.busy = True
        self.started.emit(path.name)

        def tell(file: OpenFile) -> None:
            if stop is self._stop:
                self.busy = False
                self.file = file
                self.loaded.emit(file)

        def complain(error: Exception) -> None:
            if stop is self._stop:
                self.busy = False
                self._complain(path, error)

        self._background.run(lambda: self._read(path, asked, stop), tell, complain)

    def cancel(self) -> None:
        """Stops reading; returns at once."""
        self._stop.set()

    def close(self) -> None:
        """Stops reading and ends the thread."""
        self.cancel()
        self._background.close()

    def _read(self, path: Path, options: ReadOptions, stop: threading.Event) -> OpenFile:
        from engine.data import load  # not before the window is on the screen
        from engine.data.tables.head import examine

        told = 0.0

        def tell(done: int, total: int) -> None:
            nonlocal told
            if monotonic() - told > TELL_EVERY:
                told = monotonic()
                self.progressed.emit(Progress(f"Reading {path.name}", done, total))

        head = examine(path, options)
        series = load(path, options, progress=tell, cancelled=stop.is_set)
        rows = tuple(tuple(row) for row in head.dialect.rows[:PREVIEW_ROWS])
        return OpenFile(path, options, series, head.dialect.names, rows)

    def _complain(self, path: Path, error: Exception) -> None:
        if isinstance(error, Cancelled):
            self.stopped.emit()
        elif isinstance(error, UserError):
            remedy = " ".join(part for part in (error.remedy, self._what_stays(path)) if part)
            self.failed.emit(Failed(FailureKind.INPUT, error.sentence, remedy))
        else:
            logger.error("Reading %s failed", path, exc_info=error)
            sentence = f"{path.name} could not be read: {type(error).__name__}: {error}."
            self.failed.emit(Failed(FailureKind.UNEXPECTED, sentence))

    def _what_stays(self, path: Path) -> str:
        if self.file is None:
            return ""
        name = self.file.path.name
        if self.file.path == path:
            return f"{name} stays open as it was read, its roles as they were."
        return f"{name} stays open."
