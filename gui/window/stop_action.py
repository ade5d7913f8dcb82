"""The action that stops what is running."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction


class StopAction(QAction):
    """Stops the run or the reading of a file. Enabled while something runs.

    The menu shows the Esc key without owning it: Esc closes a message first, and an action with
    the same key would make it ambiguous.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__("&Stop\tEsc", parent)
        self.setToolTip("Stop what is running (Esc)")
        self.show_busy(False)

    @Slot(bool)
    def show_busy(self, busy: bool) -> None:
        """Enable the action while something runs."""
        self.setEnabled(busy)
        self.setIconText("Stop")

    @Slot()
    def show_stopping(self) -> None:
        """Say that the run is being stopped."""
        self.setIconText("Stopping…")
