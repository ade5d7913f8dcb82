"""The thread between a session and the views: a job goes in, one signal per event comes out."""

import logging
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal, Slot

from engine.check.events import Checked
from engine.runtime.events import Event, Failed, FailureKind, Stopped

if TYPE_CHECKING:
    from engine.check.job import Check
    from engine.runtime.job import Job
    from engine.runtime.session import Session

CLOSE_WAIT = 4000
"""Milliseconds that closing waits at most; a session ends a job within two seconds."""

logger = logging.getLogger(__name__)


class _Drain(QObject):
    """Lives in the thread and takes the events of a running job."""

    said = Signal(object)
    ended = Signal()

    @Slot(object)
    def drain(self, stream: Iterator[Event]) -> None:
        threading.current_thread().name = "QThread engine"
        try:
            for event in stream:
                self.said.emit(event)
        except Exception as error:
            logger.exception("The session failed")
            sentence = f"The job could not be run: {type(error).__name__}: {error}."
            self.said.emit(Failed(FailureKind.UNEXPECTED, sentence, "Run it again."))
        self.ended.emit()


class EngineThread(QObject):
    """Runs jobs one at a time, off the window's thread.

    One job of the user's is taken at a time. Checks of the configuration, which take a moment,
    run between the user's jobs; of those that wait, only the newest is run.

    Signals:
        started: A job of the user's was taken (`engine.runtime.job.Job`).
        said: It says something (`engine.runtime.events.Event`).
        ended: It is over.
        checked: A check says something (`engine.runtime.events.Event`).
    """

    started = Signal(object)
    said = Signal(object)
    ended = Signal()
    checked = Signal(object)
    _stream = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._made_session: Session | None = None
        self._thread = QThread()
        self._thread.setObjectName("engine")
        self._drain = _Drain()
        self._drain.moveToThread(self._thread)
        self._stream.connect(self._drain.drain)
        self._drain.said.connect(self._tell)
        self._drain.ended.connect(self._end)
        self._running: Job | None = None
        self._checking = False
        self._waiting: Job | None = None
        self._waiting_check: Check | None = None
        self._closed = False

    @property
    def busy(self) -> bool:
        """Whether a job of the user's runs or is about to."""
        return self._waiting is not None or (self._running is not None and not self._checking)

    @property
    def _session(self) -> "Session":
        if self._made_session is None:
            from engine.runtime.session import Session  # not before the window is on the screen

            self._made_session = Session()
        return self._made_session

    @property
    def worker_pid(self) -> int | None:
        """Process id of the worker; None while there is none."""
        return self._session.worker_pid

    def submit(self, job: "Job") -> bool:
        """Runs a job of the user's.

        Returns:
            Whether it was taken; it is not while another one runs.
        """
        if self._closed or self.busy:
            return False
        self._waiting = job
        self.started.emit(job)
        self._start_next()
        return True

    def check(self, job: "Check") -> None:
        """Runs a check as soon as nothing else runs."""
        if not self._closed:
            self._waiting_check = job
            self._start_next()

    def cancel(self) -> None:
        """Stops the user's job; returns at once."""
        if self._waiting is not None:
            self._waiting = None
            self.said.emit(Stopped())
            self.ended.emit()
        elif self.busy:
            self._session.cancel()

    def close(self) -> bool:
        """Ends the job, the thread and the worker.

        Returns:
            Whether the thread is over.
        """
        self._closed = True
        self._waiting = self._waiting_check = None
        self._session.cancel()
        self._thread.quit()
        over = self._thread.wait(CLOSE_WAIT)
        self._session.close()
        return over

    def _start_next(self) -> None:
        job = self._waiting or self._waiting_check
        if self._running is not None or job is None:
            return
        self._checking = job is self._waiting_check
        if job is self._waiting:
            self._waiting = None
        else:
            self._waiting_check = None
        if not self._thread.isRunning():
            self._thread.start()
        self._running = job
        # Made here, so that a cancel counts from now on; it starts when it is drained.
        self._stream.emit(self._session.run(job))

    @Slot(object)
    def _tell(self, event: Event) -> None:
        if isinstance(event, Checked) and self._waiting_check is not None:
            return  # of what was chosen before
        (self.checked if self._checking else self.said).emit(event)

    @Slot()
    def _end(self) -> None:
        self._running = None
        if not self._checking:
            self.ended.emit()
        self._start_next()
