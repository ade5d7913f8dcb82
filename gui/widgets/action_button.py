"""A button that shows an action."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QPushButton


class ActionButton(QPushButton):
    """Triggers an action. Words, icon, tooltip and enabling are those of the action.

    Attributes:
        action: The action.
    """

    def __init__(self, name: str, action: QAction, text: str = "", kind: str = "") -> None:
        """Make the button.

        Args:
            name: Object name.
            action: The action.
            text: Words of its own, where the action's do not fit; empty for the action's.
            kind: Name of its style in the style sheet, such as "primary".
        """
        super().__init__()
        self.setObjectName(name)
        self.action = action
        self._text = text
        if kind:
            self.setProperty("kind", kind)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    @Slot()
    def _follow(self) -> None:
        action = self.action
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        words = action.iconText()
        self.setText(self._text or words)
        self.setAccessibleName(f"{words} ({keys})" if keys else words)
        self.setToolTip(action.toolTip())
        self.setIcon(action.icon())
        self.setEnabled(action.isEnabled())
