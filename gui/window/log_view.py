"""The Log panel: filters the log by level and words, at any rate of lines."""

import logging
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from engine.base.findings import Severity
from engine.runtime.events import Event, FellBack, FindingReported, Logged
from gui.widgets.buttons import push_button

MOST_LINES = 10_000
"""Number of lines that are kept."""

SHOW_EVERY = 100
"""Time between two updates of the text, in milliseconds."""

LEVELS = {Severity.ERROR: logging.ERROR, Severity.WARNING: logging.WARNING}


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry of the log.

    Attributes:
        level: The level, as in `logging`.
        text: Time, level, source and message.
    """

    level: int
    text: str


class _Carrier(QObject):
    """Carries lines from any thread to the window's thread."""

    logged = Signal(int, str, str)


class LogBridge(logging.Handler):
    """Brings what the window's own process logs to the view.

    Attributes:
        carrier: Emits each line (level, logger, text).
    """

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.carrier = _Carrier()

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record."""
        self.carrier.logged.emit(record.levelno, record.name, self.format(record))


class LogView(QWidget):
    """Shows the log."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("log_view")
        self._lines: deque[LogLine] = deque(maxlen=MOST_LINES)
        self._new: list[LogLine] = []
        self._level = QComboBox()
        self._level.setObjectName("log_level")
        self._level.setAccessibleName("Lowest level shown")
        for title, level in (
            ("All", logging.DEBUG),
            ("Warnings", logging.WARNING),
            ("Errors", logging.ERROR),
        ):
            self._level.addItem(title, level)
        self._level.activated.connect(self._show_all)
        self._search = QLineEdit()
        self._search.setObjectName("log_search")
        self._search.setPlaceholderText("Search the log")
        self._search.setAccessibleName("Search the log")
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._show_all)
        copy = push_button("log_copy", "Copy", "Copy the lines shown")
        copy.clicked.connect(self._copy)
        self._text = QPlainTextEdit()
        self._text.setObjectName("log_text")
        self._text.setAccessibleName("Log")
        self._text.setReadOnly(True)
        self._text.setPlaceholderText("Nothing logged yet.")
        self._text.setTabChangesFocus(True)
        self._text.setUndoRedoEnabled(False)
        self._text.setMaximumBlockCount(MOST_LINES)
        self._text.setProperty("kind", "fixed")
        row = QHBoxLayout()
        row.addWidget(self._level)
        row.addWidget(self._search, 1)
        row.addWidget(copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 8)
        layout.addLayout(row)
        layout.addWidget(self._text, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOW_EVERY)
        self._timer.timeout.connect(self._show_new)

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the lines that are kept, the oldest first."""
        return tuple(line.text for line in self._lines)

    def handle(self, event: Event) -> None:
        """Log an event, if it is one for the log."""
        match event:
            case Logged():
                self.add(event.level, event.logger, event.text)
            case FindingReported():
                finding = event.finding
                level = LEVELS.get(finding.severity, logging.INFO)
                self.add(level, finding.subject, str(finding))
            case FellBack():
                self.add(logging.WARNING, "fallback", event.cause)

    @Slot(int, str, str)
    def add(self, level: int, source: str, text: str) -> None:
        """Add a line."""
        name = logging.getLevelName(level).lower()
        line = LogLine(level, f"{datetime.now():%H:%M:%S}  {name:<8}{source}: {text}")
        self._lines.append(line)
        self._new.append(line)
        if not self._timer.isActive():
            self._timer.start()

    def _wanted(self, line: LogLine) -> bool:
        words = self._search.text().lower()
        return line.level >= self._level.currentData() and words in line.text.lower()

    @Slot()
    def _show_new(self) -> None:
        texts = [line.text for line in self._new if self._wanted(line)]
        self._new.clear()
        if texts:
            self._text.appendPlainText("\n".join(texts))

    @Slot()
    def _show_all(self) -> None:
        self._new.clear()
        self._text.setPlainText("\n".join(line.text for line in self._lines if self._wanted(line)))
        bar = self._text.verticalScrollBar()
        bar.setValue(bar.maximum())

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text.toPlainText())


def attach(view: LogView) -> LogBridge:
    """Show in a view what this process logs, until `detach` is called."""
    bridge = LogBridge()
    bridge.carrier.logged.connect(view.add, Qt.ConnectionType.QueuedConnection)
    logging.getLogger().addHandler(bridge)
    return bridge


def detach(bridge: LogBridge) -> None:
    """Stop showing what this process logs."""
    logging.getLogger().removeHandler(bridge)
