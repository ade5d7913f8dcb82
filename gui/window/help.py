"""Help: the shortcuts, and the diagnostics for a bug report."""

import platform

import pyqtgraph
import PySide6
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.base.log_file import log_file
from engine.config.settings import CompileConfig
from engine.results.machine import MachineDescription
from engine.results.model import ModelDescription

LAST_LINES = 40
"""Number of lines of the log in the diagnostics."""


class ShortcutsDialog(QDialog):
    """A table of all shortcuts."""

    def __init__(self, shortcuts: list[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts_dialog")
        self.setWindowTitle("Keyboard shortcuts")
        table = QTableWidget(len(shortcuts), 2)
        table.setObjectName("shortcuts")
        table.setAccessibleName("Keyboard shortcuts")
        table.setHorizontalHeaderLabels(["Action", "Keys"])
        table.verticalHeader().hide()
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for row, texts in enumerate(shortcuts):
            for column, text in enumerate(texts):
                table.setItem(row, column, QTableWidgetItem(text))
        table.resizeColumnToContents(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(table)
        layout.addWidget(buttons)
        self.resize(460, 560)


def diagnostics(
    config: CompileConfig,
    machine: MachineDescription | None,
    model: ModelDescription | None,
    log: tuple[str, ...],
) -> str:
    """Return everything that a bug report needs, and nothing of the user's data.

    Args:
        config: The configuration.
        machine: The worker's machine; None while it is not described.
        model: The loaded model; None while there is none.
        log: The lines of the log, the oldest first.
    """
    screens = [
        f"{screen.size().width()}x{screen.size().height()} at {screen.devicePixelRatio():g}"
        for screen in QGuiApplication.screens()
    ]
    lines = [
        "## chronos-panel diagnostics",
        "",
        f"- Python {platform.python_version()} on {platform.platform()}",
        f"- PySide6 {PySide6.__version__}, pyqtgraph {pyqtgraph.__version__}, "
        f"platform {QGuiApplication.platformName()}, screens {', '.join(screens)}",
        f"- machine: {machine or 'not described yet'}",
        f"- model: {model or 'not loaded yet'}",
        f"- log file: {log_file()}",
        "",
        "```",
        *(f"{name}={value}" for name, value in config.to_env().items()),
        "```",
        "",
        "```",
        *log[-LAST_LINES:],
        "```",
    ]
    return "\n".join(lines) + "\n"


def show_shortcuts(shortcuts: list[tuple[str, str]], parent: QWidget) -> None:
    """Open the table of shortcuts in a window that does not block the main one."""
    dialog = ShortcutsDialog(shortcuts, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()
