"""A box for a setting that is a number, or chosen by the program."""

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QSpinBox, QWidget

from engine.config.values import AUTO, LARGEST_COUNT, Count


class CountSpin(QSpinBox):
    """Edits a `Count`; below the smallest number, it shows `auto`.

    Signals:
        chosen: The user chose another number (number or None).
    """

    chosen = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setRange(0, LARGEST_COUNT)
        self.setSpecialValueText(AUTO)
        self.setKeyboardTracking(False)
        self.setGroupSeparatorShown(True)
        self.valueChanged.connect(self._announce)

    @property
    def count(self) -> Count:
        """Return the number; None for `auto`."""
        return self.value() or None

    def show_count(self, count: Count) -> None:
        """Show a number; emit nothing."""
        with QSignalBlocker(self):
            self.setValue(count or 0)

    @Slot()
    def _announce(self) -> None:
        self.chosen.emit(self.count)
