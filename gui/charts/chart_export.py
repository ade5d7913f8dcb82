"""Ask where a chart is to go, and write it."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.base.errors import UserError
from engine.runtime.failures import bad_input
from gui.widgets.dialogs import ask_save

if TYPE_CHECKING:
    from gui.charts.rendering import Exportable


class ChartExport(QObject):
    """Writes charts as PNG or SVG, and their data as CSV.

    Signals:
        failed: A file was not written (`engine.runtime.events.Failed`).
        written: A file was written (text for people).
    """

    failed = Signal(object)
    written = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent

    def ask(self, view: "Exportable") -> None:
        """Ask for a file, and write the chart of a view in the format of its suffix."""
        from engine.reports.exporter import name_filters
        from gui.charts.exports import EXPORTERS  # seldom needed

        suggestion = f"{view.export_name}{EXPORTERS[0].suffixes[0]}"
        path = ask_save(self._window, "Export chart", suggestion, name_filters(EXPORTERS))
        if path is not None:
            self.write(view, path)

    def write(self, view: "Exportable", path: Path) -> None:
        """Write the chart of a view in the format of the file's suffix."""
        from engine.reports.exporter import exporter_for, write
        from gui.charts.exports import EXPORTERS

        try:
            write(exporter_for(EXPORTERS, path), view, path)
        except UserError as error:
            self.failed.emit(bad_input(error))
        else:
            self.written.emit(f"Wrote {path}")
