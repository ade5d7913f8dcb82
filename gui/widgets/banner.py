"""A failure as a sentence with its remedy; the details are folded."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from engine.runtime.events import Failed
from gui.widgets.buttons import tool_button
from gui.widgets.findings import wrapped


class Banner(QFrame):
    """Shows a failure until the user closes it or the next run starts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setProperty("kind", "banner")
        self._sentence = wrapped(kind="strong")
        self._sentence.setObjectName("failure_sentence")
        self._remedy = wrapped()
        self._remedy.setObjectName("failure_remedy")
        self._details = QPlainTextEdit()
        self._details.setObjectName("failure_details")
        self._details.setReadOnly(True)
        self._details.setTabChangesFocus(True)
        self._details.setAccessibleName("Details of the failure")
        self._details.setProperty("kind", "fixed")
        self._details.setFixedHeight(100)
        self._fold = tool_button("failure_fold", "Details", "Show the details")
        self._fold.setCheckable(True)
        self._fold.toggled.connect(self._details.setVisible)
        copy = tool_button("failure_copy", "Copy", "Copy the failure")
        copy.clicked.connect(self._copy)
        close = tool_button("failure_close", "✕", "Close the message")
        close.clicked.connect(self.clear)
        text = QVBoxLayout()
        text.setSpacing(2)
        text.addWidget(self._sentence)
        text.addWidget(self._remedy)
        row = QHBoxLayout()
        row.addLayout(text, 1)
        for button in (self._fold, copy, close):
            row.addWidget(button, alignment=Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.addLayout(row)
        layout.addWidget(self._details)
        self.clear()

    def show_failure(self, failed: Failed) -> None:
        """Show a failure."""
        self._sentence.setText(failed.sentence)
        self._remedy.setText(failed.remedy)
        self._remedy.setVisible(bool(failed.remedy))
        self._details.setPlainText(failed.details)
        self._fold.setVisible(bool(failed.details))
        self._fold.setChecked(False)
        self._details.setVisible(False)
        self.setVisible(True)

    @Slot()
    def clear(self) -> None:
        """Hide the message."""
        self.setVisible(False)

    @Slot()
    def _copy(self) -> None:
        texts = (self._sentence.text(), self._remedy.text(), self._details.toPlainText())
        QGuiApplication.clipboard().setText("\n".join(text for text in texts if text))
