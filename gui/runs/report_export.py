"""Ask where a result is to go, and write it in the background."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from engine.base.errors import UserError
from engine.runtime.failures import bad_input, unexpected
from gui.runs.background import Background
from gui.widgets.dialogs import ask_save

if TYPE_CHECKING:
    from engine.reports.exporter import Exporter
    from gui.runs.page import TabPage

Result = TypeVar("Result")


class ReportExport(QObject):
    """Writes results as files, in a thread of its own.

    Signals:
        failed: A file was not written (`engine.runtime.events.Failed`).
        written: A file was written (text for people).
    """

    failed = Signal(object)
    written = Signal(str)

    def __init__(self, page: "TabPage") -> None:
        """Make one for a page, which passes on its signals."""
        super().__init__(page)
        self.failed.connect(page.failed)
        self.written.connect(page.announced)
        self._page = page
        self._background = Background(self)

    def ask_report(
        self, name: str, exporters: "Sequence[Exporter[Result]]", result: Result
    ) -> None:
        """Ask for a file, and write a result to it in the format of its suffix."""
        from engine.reports.exporter import exporter_for, name_filters, write  # seldom needed

        def write_report(path: Path) -> None:
            write(exporter_for(exporters, path), result, path)

        suggestion = f"{name}{exporters[0].suffixes[0]}"
        self.ask("Export report", suggestion, name_filters(exporters), write_report)

    def ask(self, title: str, suggestion: str, filters: str, write: Callable[[Path], None]) -> None:
        """Ask for a file, and have a function write it."""
        path = ask_save(self._page, title, suggestion, filters)
        if path is not None:
            self._background.run(
                lambda: write(path),
                lambda _none: self.written.emit(f"Wrote {path}"),
                self._report_failure,
            )

    def close(self) -> None:
        """Wait for what is being written."""
        self._background.close()

    def _report_failure(self, error: Exception) -> None:
        if isinstance(error, UserError):
            self.failed.emit(bad_input(error))
        else:
            self.failed.emit(unexpected("The file could not be written", error))
