"""The getting-started page: three steps and a word about one's own data, out of the way soon."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from gui.buttons import tool_button
from gui.findings import wrapped


class GettingStarted(QFrame):
    """Says what to do first.

    Signals:
        closed: The user has seen enough of it.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("getting_started")
        self.setProperty("kind", "card")
        steps = (
            (
                self.tr("1  Forecast"),
                self.tr("Sample data and a small model are loaded: eager first, then compiled."),
            ),
            (
                self.tr("2  Validate"),
                self.tr("Is compiling safe here? Judges both on ordinary and extreme series."),
            ),
            (
                self.tr("3  Benchmark"),
                self.tr("Is it worth it here? Times both in turns until the answer is sure."),
            ),
            (
                self.tr("Your own data"),
                self.tr("Drop a CSV file on the window. Choose your model in the settings."),
            ),
        )  # fmt: skip
        layout = QGridLayout(self)
        layout.setContentsMargins(14, 8, 8, 10)
        layout.setHorizontalSpacing(18)
        layout.setVerticalSpacing(2)
        for column, (title, text) in enumerate(steps):
            heading = QLabel(title)
            heading.setProperty("kind", "heading")
            layout.addWidget(heading, 0, column)
            words = wrapped(text, "muted")
            words.setAlignment(Qt.AlignmentFlag.AlignTop)
            layout.addWidget(words, 1, column)
            layout.setColumnStretch(column, 1)
        close = tool_button("close_getting_started", "✕", self.tr("Close the getting-started page"))
        close.clicked.connect(self.closed)
        layout.addWidget(close, 0, len(steps), alignment=Qt.AlignmentFlag.AlignTop)
