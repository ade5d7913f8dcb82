"""A line of text that is shortened where there is no room for it."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QToolTip, QWidget

SHORTEST = 90
"""Smallest width of a long text, in pixels."""


class ElidedLabel(QLabel):
    """Shows as much of its text as fits, and the whole text as a tooltip."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def minimumSizeHint(self) -> QSize:
        """Return the size of the text, or `SHORTEST` if it is longer."""
        whole = super().minimumSizeHint()
        return QSize(min(whole.width(), SHORTEST), whole.height())

    @property
    def shown(self) -> str:
        """Return the text as it is drawn."""
        width = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, width)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the part of the text that fits."""
        painter = QPainter(self)
        role, alignment = self.foregroundRole(), int(self.alignment().value)
        self.style().drawItemText(
            painter, self.contentsRect(), alignment, self.palette(), True, self.shown, role
        )

    def event(self, event: QEvent) -> bool:
        """Show the whole text as a tooltip if it is shortened."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            whole = self.text() if self.shown != self.text() else ""
            QToolTip.showText(event.globalPos(), whole, self)
            return True
        return super().event(event)
