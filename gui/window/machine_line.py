"""The machine and the model, in a line of the status bar."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from engine.results.devices import AUTO, gpu_in_use
from engine.runtime.events import Event, MachineDescribed, ModelLoaded

if TYPE_CHECKING:
    from engine.results.machine import MachineDescription
    from engine.results.model import ModelDescription


class MachineLine(QLabel):
    """Shows device, versions and model in one line.

    Attributes:
        machine: The machine; None while it is not described.
        model: The model that was loaded last; None before there is one.

    Signals:
        model_described: A model was loaded (`engine.results.model.ModelDescription`).
    """

    model_described = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("machine")
        self.setContentsMargins(0, 0, 8, 0)
        self.machine: MachineDescription | None = None
        self.model: ModelDescription | None = None
        self._chosen = AUTO

    def show_device(self, device: str) -> None:
        """Show the device that is chosen for the next run."""
        self._chosen = device
        self._show()

    def handle(self, event: Event) -> None:
        """Show the machine or the model that an event describes."""
        match event:
            case MachineDescribed():
                self.machine = event.machine
            case ModelLoaded():
                self.model = event.model
                self.model_described.emit(event.model)
            case _:
                return
        self._show()

    def _show(self) -> None:
        self.setText("  ·  ".join(self._parts()))
        self.setToolTip(self._details())

    def _parts(self) -> list[str]:
        parts = []
        if self.machine is not None:
            gpu = gpu_in_use(self._chosen, self.machine.gpus)
            if gpu is not None:
                parts.append(f"{gpu.name} {_gibibytes(gpu.memory)}")
            else:
                parts.append(f"CPU, {self.machine.cores} cores")
            parts.append(f"torch {self.machine.torch}")
        if self.model is not None:
            source = self.model.source.rpartition("/")[2] or self.model.source
            millions = self.model.parameters / 1e6
            parts.append(f"{source} {millions:.3g} M {self.model.dtype}")
        return parts

    def _details(self) -> str:
        if self.machine is None:
            return ""
        machine = self.machine
        gpus = ", ".join(gpu.name for gpu in machine.gpus) or "no GPU"
        free, total = _gibibytes(machine.free_memory), _gibibytes(machine.memory)
        return f"{machine.processor}; {gpus}; {free} of {total} memory free"


def _gibibytes(count: int) -> str:
    """Return a number of bytes in GiB."""
    return f"{count / 2**30:.1f} GiB"
