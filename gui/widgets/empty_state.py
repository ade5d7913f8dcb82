"""A page that has nothing to show yet."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.widgets.action_button import ActionButton

WIDTH = 460
"""Width of the text in pixels; longer lines are hard to read."""


class EmptyState(QWidget):
    """Explains what the page will show, and offers the action that fills it."""

    def __init__(
        self, name: str, title: str, text: str, action: QAction, parent: QWidget | None = None
    ) -> None:
        """Make the page.

        Args:
            name: Object name; that of the button is `<name>_start`.
            title: A question or a few words.
            text: What the page will show.
            action: The action that fills the page.
            parent: Qt's parent.
        """
        super().__init__(parent)
        self.setObjectName(name)
        heading = QLabel(title)
        heading.setProperty("kind", "title")
        words = QLabel(text)
        words.setWordWrap(True)
        words.setProperty("kind", "muted")
        words.setFixedWidth(WIDTH)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        button = ActionButton(f"{name}_start", action)
        column = QVBoxLayout()
        column.setSpacing(14)
        column.addWidget(heading, alignment=Qt.AlignmentFlag.AlignHCenter)
        # Not aligned by the layout, which would then ignore the height of the wrapped lines.
        column.addWidget(words)
        column.addWidget(button, alignment=Qt.AlignmentFlag.AlignHCenter)
        row = QHBoxLayout()
        row.addStretch()
        row.addLayout(column)
        row.addStretch()
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addLayout(row)
        layout.addStretch(2)
