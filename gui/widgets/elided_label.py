"""A line of text that gives way where there is no room for it."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QToolTip, QWidget

KEPT = 90
"""Pixels of a long text that are shown at least."""


class ElidedLabel(QLabel):
    """Shows as much of its text as fits, and all of it as a tooltip."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def minimumSizeHint(self) -> QSize:
        """A short text is shown whole."""
        whole = super().minimumSizeHint()
        return QSize(min(whole.width(), KEPT), whole.height())

    @property
    def shown(self) -> str:
        """The text as it is drawn."""
        width = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, width)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draws what fits."""
        painter = QPainter(self)
        role, alignment = self.foregroundRole(), int(self.alignment().value)
        self.style().drawItemText(
            painter, self.contentsRect(), alignment, self.palette(), True, self.shown, role
        )

    def event(self, event: QEvent) -> bool:
        """Shows the whole text where the mouse rests on a shortened one."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            whole = self.text() if self.shown != self.text() else ""
            QToolTip.showText(event.globalPos(), whole, self)
            return True
        return super().event(event)
