"""A program that runs jobs in the real window, as the lines on its standard input ask.

Lines: the name of a job, `cancel` and `quit`. Run it as
`python -m tests.measure.kills.window_host`.
"""

import sys
import threading

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from engine.runtime import events
from engine.runtime.job import Job
from gui.app import make_application, open_window
from gui.start import Start
from tests.measure.kills.hosted_jobs import REPLACED_AFTER, make
from tests.measure.kills.session_host import say, say_ended


class WindowHost(QObject):
    """Drives a window."""

    _line_read = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._window = open_window(Start())
        self._ending: events.Event | None = None
        self._replacing = False
        self._line_read.connect(self._obey)
        self._window.runs.event_received.connect(self._note)
        self._window.runs.finished.connect(self._report)
        self._waiting = QTimer(self, interval=20)
        self._waiting.timeout.connect(self._report_ready)
        self._waiting.start()
        self._window.show()

    def listen(self) -> None:
        """Read the lines."""
        for line in sys.stdin:
            self._line_read.emit(line.strip())
        self._line_read.emit("quit")

    @Slot()
    def _report_ready(self) -> None:
        if self._window.is_ready and self._window.source.file is not None:
            self._waiting.stop()
            say(ready=True)

    @Slot(str)
    def _obey(self, line: str) -> None:
        if line == "cancel":
            self._window.stop()
        elif line == "quit":
            self._window.close()
            QApplication.quit()
        else:
            self._replacing = line == "replaced"
            self._start(make(line))
            if self._replacing:
                QTimer.singleShot(round(1000 * REPLACED_AFTER), self._window.stop)

    def _start(self, job: Job) -> None:
        self._ending = None
        self._window.runs.start(lambda _choices: job)

    @Slot(object)
    def _note(self, event: events.Event) -> None:
        if isinstance(event, events.Ending):
            self._ending = event

    @Slot()
    def _report(self) -> None:
        if self._replacing and isinstance(self._ending, events.Stopped):
            self._replacing = False
            # Once the window knows that the run is over.
            QTimer.singleShot(0, lambda: self._start(make("forecast")))
        else:
            say_ended(self._ending)


def main() -> None:
    """Run the host."""
    application = make_application()
    host = WindowHost()
    threading.Thread(target=host.listen, daemon=True).start()
    application.exec()


if __name__ == "__main__":
    main()
