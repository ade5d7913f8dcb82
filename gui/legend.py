"""The legend: what each line is, and a switch for it."""

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from gui.buttons import tool_button
from gui.plots import Curve, line_icon
from gui.theme import Colours


class Legend(QWidget):
    """One switch for each curve.

    Signals:
        switched: A curve is to be shown or hidden (`Curve`, bool).
    """

    switched = Signal(object, bool)

    def __init__(
        self, titles: dict[Curve, str], name: str = "legend", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self._buttons = {curve: self._button(curve, title) for curve, title in titles.items()}
        for button in self._buttons.values():
            layout.addWidget(button)

    def restyle(self, colours: Colours) -> None:
        """Draws the samples in a theme's colours."""
        for curve, button in self._buttons.items():
            button.setIcon(line_icon(curve, colours))

    def _button(self, curve: Curve, title: str) -> QToolButton:
        explanation = self.tr("Show or hide {}").format(title.lower())
        button = tool_button(f"{self.objectName()}_{curve}", title, explanation)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(26, 12))
        button.setCheckable(True)
        button.setChecked(True)
        button.toggled.connect(partial(self.switched.emit, curve))
        return button
