"""Remembers the window's layout: writes it when it changes, and restores it at the start."""

from contextlib import suppress

from PySide6.QtCore import QByteArray, QEvent, QObject, QRect, QSettings, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget

from gui.state.remembered import layout_file

VERSION = 1
"""Version of the docks; a layout of another version is not restored."""

DELAY = 300
"""Milliseconds without a change before the layout is written."""


class LayoutKeeper(QObject):
    """Writes and restores the geometry of a window and its docks, and the tab in front."""

    def __init__(self, window: QMainWindow, tabs: QTabWidget, saves: bool) -> None:
        super().__init__(window)
        self._window = window
        self._tabs = tabs
        self._saves = saves
        self._first = QByteArray()
        self._watching = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY)
        self._timer.timeout.connect(self.save)

    def restore(self) -> None:
        """Take the present layout as the default, then restore the last one."""
        self._first = self._window.saveState(VERSION)
        if self._saves:
            settings = self._settings()
            geometry, docks = settings.value("geometry"), settings.value("docks")
            if isinstance(geometry, QByteArray):
                self._window.restoreGeometry(geometry)
            if isinstance(docks, QByteArray):
                self._window.restoreState(docks, VERSION)
            # Whatever stands in the file; an index beyond the last tab changes nothing.
            with suppress(ValueError, OverflowError):
                self._tabs.setCurrentIndex(int(str(settings.value("view", 0))))
        self._bring_into_view()
        self._watching = True
        self._window.installEventFilter(self)
        self._tabs.currentChanged.connect(self._changed)
        for dock in self._window.findChildren(QDockWidget):
            dock.dockLocationChanged.connect(self._changed)
            dock.visibilityChanged.connect(self._changed)
            dock.topLevelChanged.connect(self._changed)
            dock.installEventFilter(self)

    def close(self) -> None:
        """Write the layout, then stop watching: a closing window moves its docks."""
        self._watching = False
        self._timer.stop()
        self.save()

    @Slot()
    def reset(self) -> None:
        """Restore the layout of the very first start."""
        self._window.restoreState(self._first, VERSION)
        self._changed()

    @Slot()
    def save(self) -> None:
        """Write the layout."""
        if self._saves:
            settings = self._settings()
            settings.setValue("geometry", self._window.saveGeometry())
            settings.setValue("docks", self._window.saveState(VERSION))
            settings.setValue("view", self._tabs.currentIndex())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that a part was moved or resized."""
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
