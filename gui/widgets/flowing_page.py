"""A page of text in a scroll area, as high as its lines are at its width."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget


class FlowingPage(QWidget):
    """Is asked for its height at a width, and has no least one.

    Labels that break their lines want at least the height that they have when they are narrow,
    which would leave most of a wide page empty.
    """

    def minimumSizeHint(self) -> QSize:
        """None: the scroll area asks for the height at its width."""
        return QSize(0, 0)
