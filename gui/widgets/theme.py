"""The theme: the colours in use, as the user or the system chooses."""

from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from gui.widgets.colours import DARK, LIGHT, Colours
from gui.widgets.style import style_sheet


class Choice(StrEnum):
    """The themes that the user can choose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """Holds the colours in use.

    Attributes:
        colours: The colours in use.

    Signals:
        changed: The colours have changed.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.colours = LIGHT
        self.choice = Choice.SYSTEM
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)

    def choose(self, choice: Choice) -> None:
        """Switch to a theme, at once and everywhere."""
        self.choice = choice
        scheme = {
            Choice.SYSTEM: Qt.ColorScheme.Unknown,
            Choice.LIGHT: Qt.ColorScheme.Light,
            Choice.DARK: Qt.ColorScheme.Dark,
        }[choice]
        QGuiApplication.styleHints().setColorScheme(scheme)
        self._apply()

    @Slot()
    def _system_changed(self) -> None:
        if self.choice is Choice.SYSTEM:
            self._apply()

    def _apply(self) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)  # noqa: S101
        self.colours = DARK if self._is_dark() else LIGHT
        application.setPalette(palette(self.colours))
        sheet = style_sheet(self.colours)
        # Qt would restyle every widget, even for the same sheet.
        if sheet != application.styleSheet():
            application.setStyleSheet(sheet)
        self.changed.emit()

    def _is_dark(self) -> bool:
        if self.choice is not Choice.SYSTEM:
            return self.choice is Choice.DARK
        # A system without a preference counts as light.
        return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def palette(colours: Colours) -> QPalette:
    """Return Qt's palette for a set of colours."""
    role = QPalette.ColorRole
    entries = {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.panel,
        role.AlternateBase: colours.window,
        role.Text: colours.text,
        role.Button: colours.raised,
        role.ButtonText: colours.text,
        role.ToolTipBase: colours.raised,
        role.ToolTipText: colours.text,
        role.PlaceholderText: colours.muted,
        role.Highlight: colours.selection,
        role.HighlightedText: colours.text,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
        role.Mid: colours.border,
    }
    result = QPalette()
    for name, colour in entries.items():
        result.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, name, QColor(colours.muted))
    return result
