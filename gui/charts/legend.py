"""The legend: a switch for each curve, without words where there is no room for them."""

from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from gui.charts.plots import Curve, line_icon
from gui.widgets.buttons import tool_button
from gui.widgets.colours import Colours


class Legend(QWidget):
    """Shows a switch for each curve.

    Signals:
        switched: The user shows or hides a curve (`Curve`, bool).
    """

    switched = Signal(object, bool)

    def __init__(
        self,
        titles: dict[Curve, str],
        name: str = "legend",
        explained: dict[Curve, str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Make the entries.

        Args:
            titles: A word or two for each curve.
            name: The object name.
            explained: Longer words for the tooltips of some curves.
            parent: Qt's parent.
        """
        super().__init__(parent)
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addStretch()
        explained = explained or {}
        self._buttons = {
            curve: self._button(curve, title, explained.get(curve, title.lower()))
            for curve, title in titles.items()
        }
        for button in self._buttons.values():
            layout.addWidget(button)
        self._measure()

    def sizeHint(self) -> QSize:
        """Return the size with words."""
        return QSize(self._wide, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the size without words."""
        return QSize(self._narrow, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the words out if there is no room for all of them."""
        self._show_words(self.width() >= self._wide)

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when the font changes."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._measure()

    def restyle(self, colours: Colours) -> None:
        """Draw the samples in a theme's colours."""
        for curve, button in self._buttons.items():
            button.setIcon(line_icon(curve, colours))

    def offer(self, curve: Curve, offered: bool) -> None:
        """Show or hide the entry of a curve."""
        if self._buttons[curve].isHidden() == offered:
            self._buttons[curve].setHidden(not offered)
            self._measure()

    @property
    def shown(self) -> tuple[tuple[Curve, str], ...]:
        """Return the curves that are switched on, and their words."""
        on = ((curve, button) for curve, button in self._buttons.items() if button.isChecked())
        return tuple((curve, button.text()) for curve, button in on)

    def _measure(self) -> None:
        self._narrow = self._show_words(False)
        self._wide = self._show_words(True)
        self._show_words(self.width() >= self._wide)
        self.updateGeometry()

    def _show_words(self, words: bool) -> int:
        """Show or hide the words, and return the width of the legend."""
        beside, alone = (
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon,
            Qt.ToolButtonStyle.ToolButtonIconOnly,
        )
        for button in self._buttons.values():
            button.setToolButtonStyle(beside if words else alone)
        return super().sizeHint().width()

    def _button(self, curve: Curve, title: str, words: str) -> QToolButton:
        explanation = f"Show or hide {words}"
        button = tool_button(f"{self.objectName()}_{curve}", title, explanation)
        button.setIconSize(QSize(26, 12))
        button.setCheckable(True)
        button.setChecked(True)
        button.toggled.connect(partial(self.switched.emit, curve))
        return button
