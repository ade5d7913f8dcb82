"""The application around the window: Qt, the log, and what happens when something goes wrong."""

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
from gui.entry import BAD_INPUT, Start, complain_about_display
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
"""Milliseconds after which what was put off for a quick start is done."""

PAINT_TIME = 20
"""Milliseconds for the parts of the window to be painted after its background."""

logger = logging.getLogger(__name__)


def run(start: Start) -> int:
    """Opens the window and stays until it is closed.

    Returns:
        The exit code.
    """
    logging.getLogger().addHandler(logging.NullHandler())  # until there is a log file
    qInstallMessageHandler(QtLog())
    # The worker ends by itself when this process is gone; what matters is saved already.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    application = make_application()
    if start.reset:
        state.forget()
    window = open_window(start)
    sys.excepthook = Rescue(window)
    window.show()
    window.run_bar.forecast.setFocus()
    QTimer.singleShot(SETTLE_TIME, settle)
    code = application.exec()
    logging.shutdown()
    # Not by way of the interpreter's end, which takes Qt apart in any order, and slowly.
    os._exit(code)


def settle() -> None:
    """Logs to the file that the commands log to, and collects garbage from here on.

    What the start has made stays for good: no collection needs to look at it.
    """
    from engine.base.log_file import set_up_log

    set_up_log()
    gc.freeze()
    gc.enable()


def make_application() -> QApplication:
    """The application; the one that is there, if there is one."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)  # noqa: S101
    application.setApplicationName("chronos-panel")
    application.setApplicationDisplayName("chronos-panel")
    application.setDesktopFileName("chronos-panel")
    application.setStyle("Fusion")
    application.setWindowIcon(QIcon(str(icon_folder() / "chronos-panel.svg")))
    return application


def open_window(start: Start) -> MainWindow:
    """The window with what it remembers; not shown yet."""
    keeper = StateKeeper(state.State() if start.safe else state.load(), saves=not start.safe)
    theme = Theme()
    theme.choose(keeper.state.theme)
    window = MainWindow(keeper, theme)
    window.installEventFilter(_AfterFirstPaint(window, start))
    return window


class _AfterFirstPaint(QObject):
    """Has a window begin once it is on the screen: nothing may be between it and the command."""

    def __init__(self, window: MainWindow, start: Start) -> None:
        super().__init__(window)
        self._window = window
        self._start = start

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Waits for the paint, and for those of the parts that come with it."""
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
"""How to get all that Qt needs for a window under X."""


class QtLog:
    """Logs what Qt says; where it would abort with a core dump, a sentence says why."""

    def __init__(self) -> None:
        self._warnings: list[str] = []

    def __call__(self, kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        """Is given every message of Qt."""
        if kind == QtMsgType.QtFatalMsg:
            about_display = [one for one in self._warnings if "display" in one]
            cause = [text, *self._warnings[-1:], *about_display][-1]
            cause = cause.splitlines()[0].strip().rstrip(".")
            # Qt names one library, whichever of them is missing.
            complain_about_display(f"{cause} ({XCB})" if "xcb-cursor" in cause else cause)
            sys.stderr.flush()
            os._exit(BAD_INPUT)
        if kind == QtMsgType.QtWarningMsg:
            self._warnings = [*self._warnings[-5:], text]
        logging.getLogger("Qt").log(LEVELS.get(kind, logging.ERROR), "%s", text)


class Rescue:
    """Tells about an unforeseen error in the window, which goes on."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def __call__(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """Takes the place of `sys.excepthook`."""
        import traceback

        logger.error("Unexpected", exc_info=(kind, error, trace))
        details = "".join(traceback.format_exception(kind, error, trace))
        sentence = f"Something went wrong in the window: {kind.__name__}: {first_line(error)}."
        remedy = "What is shown stays; please report this with Help, Copy diagnostics."
        self._window.show_failure(Failed(FailureKind.UNEXPECTED, sentence, remedy, details))
