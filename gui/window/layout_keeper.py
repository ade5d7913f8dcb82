"""Keeps the window's layout: written as it changes, restored onto the screens that are there."""

from contextlib import suppress

from PySide6.QtCore import QByteArray, QEvent, QObject, QRect, QSettings, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget

from gui.state.remembered import layout_file

VERSION = 1
"""Of the docks; a layout of another one is not restored."""

DELAY = 300
"""Milliseconds without a change before it is written."""


class LayoutKeeper(QObject):
    """Writes and restores where a window and its docks are, and which view is in front."""

    def __init__(self, window: QMainWindow, views: QTabWidget, saves: bool) -> None:
        super().__init__(window)
        self._window = window
        self._views = views
        self._saves = saves
        self._first = QByteArray()
        self._watching = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY)
        self._timer.timeout.connect(self.save)

    def restore(self) -> None:
        """Takes the present layout for the default, and restores the last one over it."""
        self._first = self._window.saveState(VERSION)
        if self._saves:
            settings = self._settings()
            geometry, docks = settings.value("geometry"), settings.value("docks")
            if isinstance(geometry, QByteArray):
                self._window.restoreGeometry(geometry)
            if isinstance(docks, QByteArray):
                self._window.restoreState(docks, VERSION)
            # A number, or what somebody wrote into the file; beyond the last it changes nothing.
            with suppress(ValueError, OverflowError):
                self._views.setCurrentIndex(int(str(settings.value("view", 0))))
        self._bring_into_view()
        self._watching = True
        self._window.installEventFilter(self)
        self._views.currentChanged.connect(self._changed)
        for dock in self._window.findChildren(QDockWidget):
            dock.dockLocationChanged.connect(self._changed)
            dock.visibilityChanged.connect(self._changed)
            dock.topLevelChanged.connect(self._changed)
            dock.installEventFilter(self)

    def close(self) -> None:
        """Writes the layout, and watches it no longer: a window that goes moves its docks."""
        self._watching = False
        self._timer.stop()
        self.save()

    @Slot()
    def reset(self) -> None:
        """Puts everything back where it was at the very first start."""
        self._window.restoreState(self._first, VERSION)
        self._changed()

    @Slot()
    def save(self) -> None:
        """Writes the layout."""
        if self._saves:
            settings = self._settings()
            settings.setValue("geometry", self._window.saveGeometry())
            settings.setValue("docks", self._window.saveState(VERSION))
            settings.setValue("view", self._views.currentIndex())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notes that something was moved or resized."""
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._changed()
        return super().eventFilter(watched, event)

    @Slot()
    def _changed(self) -> None:
        if self._watching and self._window.isVisible():
            self._timer.start()

    def _bring_into_view(self) -> None:
        frame = self._window.frameGeometry()

        def shared(area: QRect) -> int:
            common = area.intersected(frame)
            return common.width() * common.height()

        screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        best = max(screens, key=shared)
        self._window.resize(self._window.size().boundedTo(best.size()))
        if not best.contains(frame.center()):
            frame.moveCenter(best.center())
            self._window.move(frame.topLeft())

    def _settings(self) -> QSettings:
        return QSettings(str(layout_file()), QSettings.Format.IniFormat)
