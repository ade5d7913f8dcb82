"""The progress of a run or of reading, at the left of the status bar."""

from enum import StrEnum
from time import monotonic

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from engine.runtime.events import Event, Failed, Finished, Progress, Stopped
from gui.widgets.elided_label import ElidedLabel

FIRST_GUESS = 2.0
"""Seconds into a stage before the time remaining or elapsed is shown."""

TICK = 1000
"""Milliseconds between two updates of the time elapsed."""

MESSAGE_TIME = 4000
"""Milliseconds that a message hides the stage of a run."""


class Work(StrEnum):
    """What can be in progress at the same time; the first one is shown."""

    RUN = "run"
    READING = "reading"


class ProgressStrip(QWidget):
    """Shows a run, or else the reading of a file, and messages for a few seconds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = ElidedLabel("Ready")
        self._stage.setObjectName("stage")
        self._bar = QProgressBar()
        self._bar.setObjectName("progress")
        self._bar.setAccessibleName("Progress")
        self._bar.setFixedWidth(130)
        self._bar.setTextVisible(False)
        self._left = QLabel()
        self._left.setObjectName("time_left")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.setSpacing(8)
        for widget in (self._stage, self._bar, self._left):
            layout.addWidget(widget)
        self._works: dict[Work, Progress] = {}
        self._name = ""
        self._since = monotonic()
        self._clock = QTimer(self)
        self._clock.setInterval(TICK)
        self._clock.timeout.connect(self._show_age)
        self._message = QTimer(self)
        self._message.setSingleShot(True)
        self._message.timeout.connect(self._show)
        self._bar.setVisible(False)

    def begin(self, work: Work, text: str) -> None:
        """Show that work starts."""
        self._message.stop()
        self._works[work] = Progress(text)
        self._show()

    def handle(self, event: Event) -> None:
        """Show the progress of the run, and how it ended."""
        match event:
            case Progress():
                self._advance(Work.RUN, event)
            case Finished():
                self.end(Work.RUN, "Done")
            case Stopped():
                self.end(Work.RUN, "Stopped")
            case Failed():
                self.end(Work.RUN, "Failed")

    def show_reading(self, progress: Progress) -> None:
        """Show how far a file is read."""
        self._advance(Work.READING, progress)

    def end(self, work: Work, text: str) -> None:
        """Show that work is over.

        Args:
            work: The work.
            text: How it ended.
        """
        self._works.pop(work, None)
        self.announce(text)

    def drop(self, work: Work) -> None:
        """Forget work that is over; something else shows how it ended."""
        self._works.pop(work, None)
        self._show()

    def announce(self, text: str) -> None:
        """Show a message: until the next one, or for a few seconds while work is in progress."""
        self._stage.setText(text)
        if self._works:
            self._message.start(MESSAGE_TIME)
            self._show()
        else:
            self._rest()

    @property
    def idle(self) -> bool:
        """Say whether no work is in progress."""
        return not self._works

    def _rest(self) -> None:
        self._name = ""
        self._clock.stop()
        self._message.stop()
        self._bar.setVisible(False)
        self._left.setText("")

    def _advance(self, work: Work, progress: Progress) -> None:
        # An event of work that is over may still arrive.
        if work in self._works:
            self._works[work] = progress
            self._show()

    @Slot()
    def _show(self) -> None:
        progress = next((self._works[work] for work in Work if work in self._works), None)
        if progress is None:
            return
        if progress.stage != self._name:
            self._name, self._since = progress.stage, monotonic()
            self._left.setText("")
        if not self._message.isActive():
            self._stage.setText(progress.stage)
        # A bar from 0 to 0 moves to and fro.
        total = progress.total or 0
        self._bar.setRange(0, 1000 if total else 0)
        if total:
            self._bar.setValue(round(1000 * min(progress.done / total, 1)))
        self._bar.setVisible(True)
        lasted = monotonic() - self._since
        if total and 0 < progress.done < total and lasted > FIRST_GUESS:
            self._left.setText(f"about {_duration(lasted * (total / progress.done - 1))} remaining")
        if total and progress.done:
            self._clock.stop()
        elif not self._clock.isActive():
            self._clock.start()

    @Slot()
    def _show_age(self) -> None:
        lasted = monotonic() - self._since
        if lasted > FIRST_GUESS:
            self._left.setText(f"{_duration(lasted)} elapsed")


def _duration(seconds: float) -> str:
    """Return a time span in words."""
    if seconds < 60:
        return f"{max(round(seconds), 1)} s"
    return f"{round(seconds / 60)} min"
