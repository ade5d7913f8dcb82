"""The application around the window: Qt, the log, and unexpected errors."""

import gc
import logging
import os
import signal
import sys
from types import TracebackType

from PySide6.QtCore import (
    QEvent,
    QMessageLogContext,
    QObject,
    QTimer,
    QtMsgType,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from engine.base.errors import first_line
from engine.runtime.events import Failed, FailureKind
from gui.start import BAD_INPUT, Start, report_no_display
from gui.state import remembered as state
from gui.state.state_keeper import StateKeeper
from gui.widgets.style import icon_folder
from gui.widgets.theme import Theme
from gui.window.main_window import MainWindow

LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
}

SETTLE_TIME = 200
"""Milliseconds after the start before the log file is opened and garbage is collected."""

PAINT_TIME = 20
"""Milliseconds for the parts of the window to be painted after its background."""

logger = logging.getLogger(__name__)


def run(start: Start) -> int:
    """Open the window, and return when it is closed.

    Returns:
        The exit code.
    """
    logging.getLogger().addHandler(logging.NullHandler())  # until there is a log file
    qInstallMessageHandler(QtLog())
    # The worker ends by itself when this process ends, and the state is saved already.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    application = make_application()
    if start.reset:
        state.forget()
    window = open_window(start)
    sys.excepthook = Rescue(window)
    window.show()
    window.run_bar.buttons[0].setFocus()
    QTimer.singleShot(SETTLE_TIME, settle)
    code = application.exec()
    logging.shutdown()
    # The interpreter's own end would destroy Qt's objects in any order, and slowly.
    os._exit(code)


def settle() -> None:
    """Log to the file that the commands log to, and collect garbage from here on.

    What the start has made lives as long as the window, so collections skip it.
    """
    from engine.base.log_file import set_up_log

    set_up_log()
    gc.freeze()
    gc.enable()


def make_application() -> QApplication:
    """Return the application; make it if there is none."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)  # noqa: S101
    application.setApplicationName("chronos-panel")
    application.setApplicationDisplayName("chronos-panel")
    application.setDesktopFileName("chronos-panel")
    application.setStyle("Fusion")
    application.setWindowIcon(QIcon(str(icon_folder() / "chronos-panel.svg")))
    return application


def open_window(start: Start) -> MainWindow:
    """Make the window, with what it remembers; do not show it yet."""
    keeper = StateKeeper(state.State() if start.safe else state.load(), saves=not start.safe)
    theme = Theme()
    theme.choose(keeper.state.theme)
    window = MainWindow(keeper, theme)
    window.installEventFilter(_AfterFirstPaint(window, start))
    return window


class _AfterFirstPaint(QObject):
    """Has a window begin once it is on the screen. Nothing may delay the first paint."""

    def __init__(self, window: MainWindow, start: Start) -> None:
        super().__init__(window)
        self._window = window
        self._start = start

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the first paint of the window and its parts."""
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(PAINT_TIME, self._begin)
        return False

    @Slot()
    def _begin(self) -> None:
        self._window.begin(self._start.data)


XCB = (
    "on Debian and Ubuntu: apt install libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 "
    "libxcb-render-util0 libxkbcommon-x11-0"
)
"""Instructions to install what Qt needs for a window under X."""


class QtLog:
    """Logs Qt's messages. Where Qt would abort with a core dump, prints a sentence instead."""

    def __init__(self) -> None:
        self._warnings: list[str] = []

    def __call__(self, kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        """Log a message of Qt."""
        if kind == QtMsgType.QtFatalMsg:
            about_display = [one for one in self._warnings if "display" in one]
            cause = [text, *self._warnings[-1:], *about_display][-1]
            cause = cause.splitlines()[0].strip().rstrip(".")
            # Qt names this library whichever one is missing.
            report_no_display(f"{cause} ({XCB})" if "xcb-cursor" in cause else cause)
            sys.stderr.flush()
            os._exit(BAD_INPUT)
        if kind == QtMsgType.QtWarningMsg:
            self._warnings = [*self._warnings[-5:], text]
        logging.getLogger("Qt").log(LEVELS.get(kind, logging.ERROR), "%s", text)


class Rescue:
    """Shows an unexpected error in the window, which goes on."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def __call__(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """Replace `sys.excepthook`."""
        import traceback

        logger.error("Unexpected", exc_info=(kind, error, trace))
        details = "".join(traceback.format_exception(kind, error, trace))
        sentence = f"Unexpected error in the window: {kind.__name__}: {first_line(error)}."
        remedy = "You can go on. Please report this with Help > Copy diagnostics."
        self._window.show_failure(Failed(FailureKind.UNEXPECTED, sentence, remedy, details))
