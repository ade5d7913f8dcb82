"""The status bar: how far the run is, and what it runs on."""

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from engine.events import Event, Failed, Finished, MachineDescribed, ModelLoaded, Progress, Stopped
from gui.elided_label import ElidedLabel

if TYPE_CHECKING:
    from engine.evidence import MachineDescription, ModelDescription

FIRST_GUESS = 2.0
"""Seconds that a stage must have lasted before its end is guessed, or its age is told."""

TICK = 1000
"""Milliseconds between two looks at the clock where no end can be guessed."""


class ProgressStrip(QWidget):
    """Says what is being done, how far it is, and when it might be done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = ElidedLabel(self.tr("Ready"))
        self._stage.setObjectName("stage")
        self._bar = QProgressBar()
        self._bar.setObjectName("progress")
        self._bar.setAccessibleName(self.tr("Progress"))
        self._bar.setFixedWidth(130)
        self._bar.setTextVisible(False)
        self._left = QLabel()
        self._left.setObjectName("time_left")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.setSpacing(8)
        for widget in (self._stage, self._bar, self._left):
            layout.addWidget(widget)
        self._name = ""
        self._since = monotonic()
        self._clock = QTimer(self)
        self._clock.setInterval(TICK)
        self._clock.timeout.connect(self._show_age)
        self._bar.setVisible(False)

    def begin(self, text: str) -> None:
        """A run starts."""
        self._show(Progress(text))

    def take(self, event: Event) -> None:
        """Shows progress and how a run ended."""
        match event:
            case Progress():
                self._show(event)
            case Finished():
                self.rest(self.tr("Done"))
            case Stopped():
                self.rest(self.tr("Stopped"))
            case Failed():
                self.rest(self.tr("Failed"))

    def rest(self, text: str) -> None:
        """Nothing runs."""
        self._name = ""
        self._clock.stop()
        self._stage.setText(text)
        self._bar.setVisible(False)
        self._left.setText("")

    def _show(self, progress: Progress) -> None:
        if progress.stage != self._name:
            self._name, self._since = progress.stage, monotonic()
            self._left.setText("")
        self._stage.setText(progress.stage)
        # A bar from 0 to 0 moves to and fro.
        total = progress.total or 0
        self._bar.setRange(0, 1000 if total else 0)
        if total:
            self._bar.setValue(round(1000 * min(progress.done / total, 1)))
        self._bar.setVisible(True)
        lasted = monotonic() - self._since
        if total and 0 < progress.done < total and lasted > FIRST_GUESS:
            self._left.setText(
                self.tr("about {} left").format(duration(lasted * (total / progress.done - 1)))
            )
        if total and progress.done:
            self._clock.stop()
        elif not self._clock.isActive():
            self._clock.start()

    @Slot()
    def _show_age(self) -> None:
        lasted = monotonic() - self._since
        if lasted > FIRST_GUESS:
            self._left.setText(self.tr("for {}").format(duration(lasted)))


class MachineLine(QLabel):
    """Device, versions, model and memory in one line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("machine")
        self.setContentsMargins(0, 0, 8, 0)
        self.machine: MachineDescription | None = None
        self.model: ModelDescription | None = None

    def take(self, event: Event) -> None:
        """Takes over what is described."""
        match event:
            case MachineDescribed():
                self.machine = event.machine
            case ModelLoaded():
                self.model = event.model
            case _:
                return
        self.setText("  ·  ".join(self._parts()))
        self.setToolTip(self._details())

    def _parts(self) -> list[str]:
        parts = []
        if self.machine is not None:
            device = self.model.device if self.model else ""
            gpu = self.machine.gpus[0] if self.machine.gpus else None
            if gpu is not None and device != "cpu":
                parts.append(self.tr("{} {}").format(gpu.name, gibibytes(gpu.memory)))
            else:
                parts.append(self.tr("CPU, {} cores").format(self.machine.cores))
            parts.append(self.tr("torch {}").format(self.machine.torch))
        if self.model is not None:
            source = self.model.source.rpartition("/")[2] or self.model.source
            millions = self.model.parameters / 1e6
            parts.append(self.tr("{} {:.3g} M {}").format(source, millions, self.model.dtype))
        return parts

    def _details(self) -> str:
        if self.machine is None:
            return ""
        gpus = ", ".join(gpu.name for gpu in self.machine.gpus) or self.tr("no GPU")
        return self.tr("{processor}; {gpus}; {free} of {total} memory free").format(
            processor=self.machine.processor,
            gpus=gpus,
            free=gibibytes(self.machine.free_memory),
            total=gibibytes(self.machine.memory),
        )


def duration(seconds: float) -> str:
    """A time span for people."""
    if seconds < 60:
        return f"{max(round(seconds), 1)} s"
    return f"{round(seconds / 60)} min"


def gibibytes(count: int) -> str:
    """A number of bytes for people."""
    return f"{count / 2**30:.1f} GiB"
