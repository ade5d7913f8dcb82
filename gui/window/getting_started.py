"""The getting-started page: a step for each kind of run, and a word about your own data."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from gui.runs.page import RunPage
from gui.widgets.action_button import ActionButton
from gui.widgets.buttons import tool_button
from gui.widgets.findings import wrapped


class GettingStarted(QFrame):
    """Shows what to do first.

    Signals:
        closed: The user closed the page.
    """

    closed = Signal()

    def __init__(
        self, pages: Sequence[RunPage], opening: QAction, parent: QWidget | None = None
    ) -> None:
        """Make the page.

        Args:
            pages: The pages whose actions are the steps.
            opening: Opens a file.
            parent: Qt's parent.
        """
        super().__init__(parent)
        self.setObjectName("getting_started")
        self.setProperty("kind", "card")
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(14, 8, 8, 10)
        self._layout.setHorizontalSpacing(18)
        self._layout.setVerticalSpacing(2)
        steps = [page for page in pages if page.step]
        for number, page in enumerate(steps, 1):
            title = f"{number}  {page.action.iconText()}"
            button = ActionButton(f"guide_{page.name}", page.action, title, "heading")
            self._add(button, page.step)
        words = "Drop a CSV file on the window. Choose your model in the settings."
        self._add(ActionButton("guide_open", opening, "Your own data…", "heading"), words)
        close = tool_button("close_getting_started", "✕", "Close the getting-started page")
        close.clicked.connect(self.closed)
        column = self._layout.columnCount()
        self._layout.addWidget(close, 0, column, alignment=Qt.AlignmentFlag.AlignTop)

    def _add(self, button: ActionButton, text: str) -> None:
        column = self._layout.columnCount() if self._layout.count() else 0
        self._layout.addWidget(button, 0, column, alignment=Qt.AlignmentFlag.AlignLeft)
        words = wrapped(text, "muted")
        words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._layout.addWidget(words, 1, column)
        self._layout.setColumnStretch(column, 1)
