"""Buttons, each with a name for tests, one for screen readers, and an explanation."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QToolButton


def push_button(name: str, text: str, explanation: str, kind: str = "") -> QPushButton:
    """A button with words.

    Args:
        name: Its object name.
        text: What stands on it.
        explanation: What it does, as its tooltip and for screen readers.
        kind: What the style sheet knows it as, such as "primary".
    """
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(explanation)
    button.setToolTip(explanation)
    if kind:
        button.setProperty("kind", kind)
    return button


def tool_button(name: str, text: str, explanation: str, kind: str = "") -> QToolButton:
    """A small button; like all others it can be reached with Tab."""
    button = QToolButton()
    button.setObjectName(name)
    button.setText(text)
    button.setAccessibleName(explanation)
    button.setToolTip(explanation)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if kind:
        button.setProperty("kind", kind)
    return button
