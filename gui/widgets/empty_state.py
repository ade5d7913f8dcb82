"""What a view says before there is anything to show."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.widgets.buttons import push_button

WIDTH = 460
"""Pixels of the text; longer lines are hard to read."""


class EmptyState(QWidget):
    """Says what there will be to see, and how to get there.

    Signals:
        start_asked: The user wants to get there.
    """

    start_asked = Signal()

    def __init__(
        self, name: str, title: str, text: str, action: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        heading = QLabel(title)
        heading.setProperty("kind", "title")
        words = QLabel(text)
        words.setWordWrap(True)
        words.setProperty("kind", "muted")
        words.setFixedWidth(WIDTH)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.button = push_button(f"{name}_start", action, action)
        self.button.clicked.connect(self.start_asked)
        column = QVBoxLayout()
        column.setSpacing(14)
        column.addWidget(heading, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(words)  # aligned in itself, or its lines would not get their height
        column.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignHCenter)
        row = QHBoxLayout()
        row.addStretch()
        row.addLayout(column)
        row.addStretch()
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addLayout(row)
        layout.addStretch(2)
