"""Redraws at most thirty times a second, whatever the rate of events."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL = 33
"""Milliseconds between two drawings."""


class Pace(QObject):
    """Calls a function soon after it was asked to, and never in quick succession."""

    def __init__(self, draw: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._draw = draw
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self._fire)

    def ask(self) -> None:
        """Has it drawn once within the interval."""
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _fire(self) -> None:
        self._draw()
