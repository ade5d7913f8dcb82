"""The menu of devices that a forecast can run on."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from engine.results.devices import AUTO, CPU
from engine.runtime.events import Event, MachineDescribed

if TYPE_CHECKING:
    from engine.results.machine import GpuDescription


class DeviceMenu(QObject):
    """Offers the CPU and every GPU that PyTorch sees.

    Signals:
        chosen: The user chose another device (`auto`, `cpu` or `cuda:N`).
    """

    chosen = Signal(str)

    def __init__(self, menu: QMenu, device: str) -> None:
        super().__init__(menu)
        self.menu = menu
        self._device = device
        self._gpus: tuple[GpuDescription, ...] | None = None
        self._group = QActionGroup(menu)
        self._fill()

    @Slot(object)
    def handle(self, event: Event) -> None:
        """Offer the devices of a machine once it is described."""
        if isinstance(event, MachineDescribed) and event.machine.gpus != self._gpus:
            self._gpus = event.machine.gpus
            self._fill()

    def _fill(self) -> None:
        self.menu.clear()
        for name, title in self._titles().items():
            action = QAction(title.replace("&", "&&"), self.menu)
            action.setObjectName(f"action_device_{name}")
            action.setCheckable(True)
            action.setChecked(name == self._device)
            action.triggered.connect(partial(self._choose, name))
            self._group.addAction(action)
            self.menu.addAction(action)

    def _titles(self) -> dict[str, str]:
        """Return the devices that are offered, with their words."""
        titles = {AUTO: "Automatic: first GPU, or else CPU", CPU: "CPU"}
        for index, gpu in enumerate(self._gpus or ()):
            titles[f"cuda:{index}"] = f"cuda:{index}, {gpu.name}"
        if self._device not in titles:
            missing = f"{self._device} (not available)"
            titles[self._device] = self._device if self._gpus is None else missing
        return titles

    def _choose(self, name: str, _checked: bool = False) -> None:
        self._device = name
        self.chosen.emit(name)
