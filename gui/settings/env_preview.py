"""The Env file panel: the env file as it will be written."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from engine.base.errors import UserError
from gui.settings.document import ConfigDocument
from gui.widgets.buttons import push_button

if TYPE_CHECKING:
    from engine.config import env_file as envfile


class EnvPreview(QWidget):
    """Shows the configuration as an env file.

    Signals:
        export_requested: The user wants to export the env file.
    """

    export_requested = Signal()

    def __init__(self, document: ConfigDocument, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._in_front = False
        self._text = QPlainTextEdit()
        self._text.setObjectName("env_text")
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setAccessibleName("Env file")
        self._text.setProperty("kind", "fixed")
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._dialects = QComboBox()
        self._dialects.setObjectName("dialect")
        self._dialects.setAccessibleName("Dialect of the env file")
        self._dialects.setToolTip("The program that will read the file. Portable suits all of them")
        self._dialects.activated.connect(self.refresh)
        label = QLabel("&Dialect")
        label.setBuddy(self._dialects)
        self._copy = push_button("copy_env", "Copy", "Copy the env file")
        self._copy.clicked.connect(self._copy_text)
        export = push_button("export_env", "Export…", "Export the env file")
        export.clicked.connect(self.export_requested)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self._dialects)
        row.addStretch()
        row.addWidget(self._copy)
        row.addWidget(export)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 8)
        layout.addLayout(row)
        layout.addWidget(self._text, 1)
        document.changed.connect(self.refresh)

    @property
    def dialect(self) -> "envfile.Dialect":
        """Return the chosen dialect."""
        from engine.config import env_file as envfile

        return envfile.Dialect(self._dialects.currentText() or envfile.Dialect.PORTABLE)

    @Slot()
    def refresh(self) -> None:
        """Render the configuration, if the panel is visible."""
        if not self._in_front:
            return
        from engine.config import env_file as envfile  # not before the panel is visible

        if not self._dialects.count():
            self._dialects.addItems(list(envfile.Dialect))
        try:
            text = envfile.render(self._document.config, self.dialect)
        except UserError as error:
            text = f"# {error.sentence}\n# {error.remedy}\n"
        self._text.setPlainText(text)
        self._copy.setText("Copy")

    @Slot(bool)
    def come_to_front(self, in_front: bool) -> None:
        """Take note whether the panel is visible; if so, render the configuration."""
        self._in_front = in_front
        self.refresh()

    @Slot()
    def _copy_text(self) -> None:
        QGuiApplication.clipboard().setText(self._text.toPlainText())
        self._copy.setText("Copied")
