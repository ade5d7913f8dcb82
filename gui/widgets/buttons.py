"""Buttons with an object name, a name for screen readers, and a tooltip."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QToolButton


def push_button(name: str, text: str, explanation: str, kind: str = "") -> QPushButton:
    """Make a button with words.

    Args:
        name: The object name.
        text: The words on it.
        explanation: The tooltip, which is also the name for screen readers.
        kind: The name of its style in the style sheet, such as "link".
    """
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(explanation)
    button.setToolTip(explanation)
    if kind:
        button.setProperty("kind", kind)
    return button


def tool_button(name: str, text: str, explanation: str, kind: str = "") -> QToolButton:
    """Make a small button that Tab can reach."""
    button = QToolButton()
    button.setObjectName(name)
    button.setText(text)
    button.setAccessibleName(explanation)
    button.setToolTip(explanation)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if kind:
        button.setProperty("kind", kind)
    return button
