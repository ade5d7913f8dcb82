"""Asks where a report or a case is to go, and writes it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.base import files
from engine.base.errors import UserError
from engine.runtime.events import Failed, FailureKind
from engine.runtime.failures import bad_input
from gui.runs.background import Background
from gui.widgets.dialogs import ask_save

if TYPE_CHECKING:
    from engine.validation.report import CheckResult, Report

Render = Callable[[Any], str]


class ReportDesk(QObject):
    """Writes reports as HTML or Markdown, and cases to be replayed elsewhere.

    Signals:
        failed: It could not be done (`engine.runtime.events.Failed`).
        told: It was done (text for people).
    """

    failed = Signal(object)
    told = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._background = Background(self)

    def ask_validation(self, report: "Report") -> None:
        """Asks for a file and writes a report to it."""
        filters = self.tr("HTML page (*.html);;Markdown (*.md)")
        title = self.tr("Export report")
        path = ask_save(self._window, title, "validation.html", filters)
        if path is not None:
            self._start(path, lambda: write_validation(path, report))

    def ask_case(self, report: "Report", row: "CheckResult") -> None:
        """Asks for a file and writes a case to it."""
        from engine.validation.case_file import write_case

        filters = self.tr("Case files (*.json)")
        suggestion = f"case-{row.check.replace(' ', '-')}.json"
        path = ask_save(self._window, self.tr("Save case"), suggestion, filters)
        if path is not None:
            self._start(path, lambda: write_case(path, report, row))

    def close(self) -> None:
        """Ends what is being written."""
        self._background.close()

    def _start(self, path: Path, write: Callable[[], None]) -> None:
        told = self.tr("Wrote {}").format(path)
        self._background.run(write, lambda _none: self.told.emit(told), self._complain)

    def _complain(self, error: Exception) -> None:
        if isinstance(error, UserError):
            self.failed.emit(bad_input(error))
        else:
            sentence = f"The file could not be written: {type(error).__name__}: {error}."
            self.failed.emit(Failed(FailureKind.UNEXPECTED, sentence))


def write_validation(path: Path, report: "Report") -> None:
    """Writes a validation, as the ending of the file's name says.

    Raises:
        UserError: The ending is not known, or the file cannot be written.
    """
    from engine.validation.report_pages import as_html, as_markdown

    files.write_text(path, _renderer(path, as_html, as_markdown)(report))


def _renderer(path: Path, html: Render, markdown: Render) -> Render:
    match path.suffix.lower():
        case ".html" | ".htm":
            return html
        case ".md":
            return markdown
    raise UserError(
        f"{path.name} ends with neither .html nor .md.", "Give the file one of these endings."
    )
