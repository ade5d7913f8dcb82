"""The getting-started page: three steps and a word about one's own data, out of the way soon."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QWidget

from gui.widgets.buttons import push_button, tool_button
from gui.widgets.findings import wrapped


class GettingStarted(QFrame):
    """Says what to do first.

    Signals:
        forecast_asked, validate_asked, benchmark_asked, open_asked: A step's button.
        closed: The user has seen enough of it.
    """

    forecast_asked = Signal()
    validate_asked = Signal()
    benchmark_asked = Signal()
    open_asked = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("getting_started")
        self.setProperty("kind", "card")
        steps = (
            (
                "forecast",
                "1  Forecast",
                "Eager first, then compiled, and how far they are apart.",
            ),
            (
                "validate",
                "2  Validate",
                "Is compiling safe here? Judges both on ordinary and extreme series.",
            ),
            (
                "benchmark",
                "3  Benchmark",
                "Is it worth it here? Times both in turns until the answer is sure.",
            ),
            (
                "open",
                "Your own data…",
                "Drop a CSV file on the window. Choose your model in the settings.",
            ),
        )  # fmt: skip
        layout = QGridLayout(self)
        layout.setContentsMargins(14, 8, 8, 10)
        layout.setHorizontalSpacing(18)
        layout.setVerticalSpacing(2)
        signals = (
            self.forecast_asked,
            self.validate_asked,
            self.benchmark_asked,
            self.open_asked,
        )
        self._buttons: list[QPushButton] = []
        for column, ((name, title, text), signal) in enumerate(zip(steps, signals, strict=True)):
            button = push_button(f"guide_{name}", title, text, "heading")
            button.clicked.connect(signal)
            self._buttons.append(button)
            layout.addWidget(button, 0, column, alignment=Qt.AlignmentFlag.AlignLeft)
            words = wrapped(text, "muted")
            words.setAlignment(Qt.AlignmentFlag.AlignTop)
            layout.addWidget(words, 1, column)
            layout.setColumnStretch(column, 1)
        close = tool_button("close_getting_started", "✕", "Close the getting-started page")
        close.clicked.connect(self.closed)
        layout.addWidget(close, 0, len(steps), alignment=Qt.AlignmentFlag.AlignTop)

    def show_running(self, running: bool) -> None:
        """Lets the steps be taken, or the running one end first."""
        for button in self._buttons:
            button.setEnabled(not running)
