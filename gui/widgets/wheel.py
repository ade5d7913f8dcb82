"""The mouse wheel scrolls; it does not change what it happens to pass over."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget


class WheelGuard(QObject):
    """Keeps the wheel from a widget's value, and hands it to what the widget lies in."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        # Else the wheel would bring the keyboard focus along.
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Takes the wheel from the widget."""
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        return super().eventFilter(watched, event)
