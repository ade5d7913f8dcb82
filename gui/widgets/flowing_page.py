"""A page of text in a scroll area, as high as its lines at its width."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget


class FlowingPage(QWidget):
    """A widget without a smallest size.

    Labels that wrap their lines ask for the height that they need when they are narrow, which
    would leave most of a wide page empty.
    """

    def minimumSizeHint(self) -> QSize:
        """Return no size; the scroll area asks for the height at its width instead."""
        return QSize(0, 0)
