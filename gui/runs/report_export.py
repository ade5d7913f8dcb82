"""Ask where a report or a case is to go, and write it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.base.errors import UserError
from engine.runtime.events import Failed, FailureKind
from engine.runtime.failures import bad_input
from gui.runs.background import Background
from gui.widgets.dialogs import ask_save

if TYPE_CHECKING:
    from engine.benchmark.outcome import Judged
    from engine.reports.exporter import Exporter
    from engine.validation.report import CheckResult, Report

Result = TypeVar("Result")


class ReportExport(QObject):
    """Writes reports of validations and benchmarks, and cases to replay elsewhere.

    Signals:
        failed: A file was not written (`engine.runtime.events.Failed`).
        written: A file was written (text for people).
    """

    failed = Signal(object)
    written = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._background = Background(self)

    def ask_validation(self, report: "Report") -> None:
        """Ask for a file, and write a validation to it."""
        from engine.validation.exports import EXPORTERS  # seldom needed

        self._ask("validation", EXPORTERS, report)

    def ask_benchmark(self, judged: "Judged") -> None:
        """Ask for a file, and write a benchmark to it."""
        from engine.benchmark.exports import EXPORTERS  # seldom needed

        self._ask("benchmark", EXPORTERS, judged)

    def ask_case(self, report: "Report", result: "CheckResult") -> None:
        """Ask for a file, and write the case of a check to it."""
        from engine.validation.case_file import write_case

        suggestion = f"case-{result.check.replace(' ', '-')}.json"
        path = ask_save(self._window, "Save case", suggestion, "Case files (*.json)")
        if path is not None:
            self._start(path, lambda: write_case(path, report, result))

    def close(self) -> None:
        """Wait for what is being written."""
        self._background.close()

    def _ask(self, name: str, exporters: "Sequence[Exporter[Result]]", result: Result) -> None:
        from engine.reports.exporter import exporter_for, name_filters, write

        suggestion = f"{name}{exporters[0].suffixes[0]}"
        path = ask_save(self._window, "Export report", suggestion, name_filters(exporters))
        if path is not None:
            self._start(path, lambda: write(exporter_for(exporters, path), result, path))

    def _start(self, path: Path, write: Callable[[], None]) -> None:
        self._background.run(
            write, lambda _none: self.written.emit(f"Wrote {path}"), self._complain
        )

    def _complain(self, error: Exception) -> None:
        if isinstance(error, UserError):
            self.failed.emit(bad_input(error))
        else:
            sentence = f"The file could not be written: {type(error).__name__}: {error}."
            self.failed.emit(Failed(FailureKind.UNEXPECTED, sentence))
