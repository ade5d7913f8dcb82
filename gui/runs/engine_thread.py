"""The thread between a session and the window: a job goes in, each event comes out as a signal."""

import logging
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal, Slot

from engine.check.events import Checked
from engine.runtime.events import Event, Stopped
from engine.runtime.failures import unexpected

if TYPE_CHECKING:
    from engine.check.job import Check
    from engine.runtime.job import Job
    from engine.runtime.session import Session

CLOSE_WAIT = 4000
"""Longest wait on closing, in milliseconds; a session ends a job within two seconds."""

logger = logging.getLogger(__name__)


class _Drain(QObject):
    """Lives in the thread and reads the events of a running job."""

    event_read = Signal(object)
    finished = Signal()

    @Slot(object)
    def drain(self, stream: Iterator[Event]) -> None:
        threading.current_thread().name = "QThread engine"
        try:
            for event in stream:
                self.event_read.emit(event)
        except Exception as error:
            logger.exception("The session failed")
            failed = unexpected("The job could not be run", error, "Run it again.")
            self.event_read.emit(failed)
        self.finished.emit()


class EngineThread(QObject):
    """Runs jobs one at a time, off the window's thread.

    The user's jobs run one at a time. Checks of the configuration, which are short, run between
    them; of several checks that wait, only the newest runs.

    Signals:
        started: A job of the user's was accepted (`engine.runtime.job.Job`).
        event_received: The job reports something (`engine.runtime.events.Event`).
        finished: The job is over.
        check_event_received: A check reports something (`engine.runtime.events.Event`).
    """

    started = Signal(object)
    event_received = Signal(object)
    finished = Signal()
    check_event_received = Signal(object)
    _stream = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._made_session: Session | None = None
        self._thread = QThread()
        self._thread.setObjectName("engine")
        self._drain = _Drain()
        self._drain.moveToThread(self._thread)
        self._stream.connect(self._drain.drain)
        self._drain.event_read.connect(self._forward)
        self._drain.finished.connect(self._end)
        self._running: Job | None = None
        self._checking = False
        self._waiting: Job | None = None
        self._waiting_check: Check | None = None
        self._closed = False

    @property
    def busy(self) -> bool:
        """Say whether a job of the user's runs or is about to."""
        return self._waiting is not None or (self._running is not None and not self._checking)

    @property
    def _session(self) -> "Session":
        if self._made_session is None:
            from engine.runtime.session import Session  # not before the window is on the screen

            self._made_session = Session()
        return self._made_session

    @property
    def worker_pid(self) -> int | None:
        """Return the worker's process id; None while there is no worker."""
        return self._session.worker_pid

    def submit(self, job: "Job") -> bool:
        """Run a job of the user's.

        Returns:
            Whether the job was accepted. It is refused while another one runs.
        """
        if self._closed or self.busy:
            return False
        self._waiting = job
        self.started.emit(job)
        self._start_next()
        return True

    def check(self, job: "Check") -> None:
        """Run a check as soon as nothing else runs."""
        if not self._closed:
            self._waiting_check = job
            self._start_next()

    def cancel(self) -> None:
        """Stop the user's job; return at once."""
        if self._waiting is not None:
            self._waiting = None
            self.event_received.emit(Stopped())
            self.finished.emit()
        elif self.busy:
            self._session.cancel()

    def close(self) -> bool:
        """End the job, the thread and the worker.

        Returns:
            Whether the thread has ended.
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
        # Called here and not in the thread, for a cancel to count from now on. The job starts when
        # its events are read.
        self._stream.emit(self._session.run(job))

    @Slot(object)
    def _forward(self, event: Event) -> None:
        if isinstance(event, Checked) and self._waiting_check is not None:
            return  # the result of a choice that has changed since
        (self.check_event_received if self._checking else self.event_received).emit(event)

    @Slot()
    def _end(self) -> None:
        self._running = None
        if not self._checking:
            self.finished.emit()
        self._start_next()
