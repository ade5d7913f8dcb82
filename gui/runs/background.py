"""One thread for work that must not hold up the window, such as reading a file."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

CLOSE_WAIT = 2000
"""Milliseconds that closing waits for work that is going on."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a piece of work.

    Attributes:
        ticket: Which piece.
        value: What it returned; None if it failed.
        error: What it raised; None if it did not.
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
            self.done.emit(Result(ticket, work(), None))
        except Exception as error:
            self.done.emit(Result(ticket, None, error))


class Background(QObject):
    """Runs pieces of work one after the other, and tells the window's thread how they ended."""

    _asked = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = QThread()
        self._thread.setObjectName("background")
        self._hand = _Hand()
        self._hand.moveToThread(self._thread)
        self._asked.connect(self._hand.work)
        self._hand.done.connect(self._finish)
        self._callbacks: dict[int, tuple[Callable[[Any], None], Callable[[Exception], None]]] = {}
        self._tickets = 0

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Starts a piece of work.

        Args:
            work: Runs in the thread; must touch no widget.
            done: Called in the window's thread with what it returned.
            failed: Called in the window's thread with what it raised.
        """
        if not self._thread.isRunning():
            self._thread.start()
        self._tickets += 1
        self._callbacks[self._tickets] = (done, failed)
        self._asked.emit(self._tickets, work)

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return bool(self._callbacks)

    def close(self) -> bool:
        """Ends the thread after the work that was asked for.

        Returns:
            Whether it is over: work that takes longer than `CLOSE_WAIT` is not waited for.
        """
        self._callbacks.clear()
        # As a piece of work: the thread would leave at once what waits behind the one going on.
        self._asked.emit(0, self._thread.quit)
        return self._thread.wait(CLOSE_WAIT)

    @Slot(object)
    def _finish(self, result: Result) -> None:
        callbacks = self._callbacks.pop(result.ticket, None)
        if callbacks is None:
            return
        done, failed = callbacks
        if result.error is None:
            done(result.value)
        else:
            failed(result.error)
