"""Limits redraws to thirty a second, whatever the rate of events."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL = 33
"""Time between two redraws, in milliseconds."""


class Throttle(QObject):
    """Calls a function soon after a request, at most once in an interval."""

    def __init__(self, draw: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._draw = draw
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self._fire)

    def request(self) -> None:
        """Call the function once within the interval."""
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _fire(self) -> None:
        self._draw()
