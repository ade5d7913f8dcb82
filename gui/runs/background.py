"""A thread for work that would block the window, such as reading a file."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

CLOSE_WAIT = 2000
"""Longest wait on closing for work in progress, in milliseconds."""


@dataclass(frozen=True, slots=True)
class _Done:
    """A piece of work that has ended.

    Attributes:
        ticket: Number of the piece.
        value: The value that it returned; None if it failed.
        error: The exception that it raised; None if it succeeded.
    """

    ticket: int
    value: Any
    error: Exception | None


class _Hand(QObject):
    """Lives in the thread and does the work."""

    done = Signal(object)

    @Slot(int, object)
    def work(self, ticket: int, work: Callable[[], Any]) -> None:
        threading.current_thread().name = "QThread background"
        try:
            self.done.emit(_Done(ticket, work(), None))
        except Exception as error:
            self.done.emit(_Done(ticket, None, error))


class Background(QObject):
    """Runs pieces of work one after the other, and calls back in the window's thread."""

    _requested = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = QThread()
        self._thread.setObjectName("background")
        self._hand = _Hand()
        self._hand.moveToThread(self._thread)
        self._requested.connect(self._hand.work)
        self._hand.done.connect(self._finish)
        self._callbacks: dict[int, tuple[Callable[[Any], None], Callable[[Exception], None]]] = {}
        self._tickets = 0

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Start a piece of work.

        Args:
            work: The work. It runs in the thread and must not touch a widget.
            done: Called in the window's thread with the value that `work` returned.
            failed: Called in the window's thread with the exception that `work` raised.
        """
        if not self._thread.isRunning():
            self._thread.start()
        self._tickets += 1
        self._callbacks[self._tickets] = (done, failed)
        self._requested.emit(self._tickets, work)

    def close(self) -> bool:
        """End the thread after the work that is queued.

        Returns:
            Whether the thread has ended within `CLOSE_WAIT`.
        """
        self._callbacks.clear()
        # Queued like work: quitting at once would drop the work that waits.
        self._requested.emit(0, self._thread.quit)
        return self._thread.wait(CLOSE_WAIT)

    @Slot(object)
    def _finish(self, ended: _Done) -> None:
        callbacks = self._callbacks.pop(ended.ticket, None)
        if callbacks is None:
            return
        done, failed = callbacks
        if ended.error is None:
            done(ended.value)
        else:
            failed(ended.error)
