"""The Data page: opens files, and shows what is in the open one."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction, QKeySequence

from gui.data.source import DataSource, OpenFile
from gui.runs.page import TabPage
from gui.widgets.dialogs import ask_open

if TYPE_CHECKING:
    from engine.data.options import ReadOptions
    from gui.data.view import DataView

FILTERS = "CSV files (*.csv *.tsv *.txt *.gz *.zst *.bz2 *.xz *.zip);;All files (*)"


class DataPage(TabPage):
    """Shows the open file.

    Attributes:
        action: Opens a file that the user chooses.
    """

    def __init__(self, source: DataSource) -> None:
        super().__init__("data", "Data")
        self._source = source
        self._view: DataView | None = None
        self.action = QAction("&Open data…", self)
        self.action.setObjectName("action_open_data")
        self.action.setIconText("Open…")
        self.action.setShortcut(QKeySequence("Ctrl+O"))
        self.action.setToolTip("Open a CSV file (Ctrl+O)")
        self.action.triggered.connect(self._ask)

    def build(self) -> None:
        """Fill the page."""
        from gui.data.view import DataView  # not before the window is on the screen

        self._view = DataView(self.action)
        self._view.reread_requested.connect(self._read_again)
        self.content.addWidget(self._view)
        self._source.loaded.connect(self._show_file)

    @Slot()
    def _ask(self) -> None:
        last = self._source.file
        folder = last.path.parent if last is not None else None
        path: Path | None = ask_open(self.window(), "Open data", FILTERS, folder)
        if path is not None:
            self._source.open(path)

    @Slot(object)
    def _read_again(self, options: "ReadOptions") -> None:
        if self._source.file is not None:
            self._source.open(self._source.file.path, options)

    @Slot(object)
    def _show_file(self, file: OpenFile) -> None:
        assert self._view is not None  # noqa: S101
        self._view.show_file(file)
        self.retitled.emit(f"Data ({file.warnings})" if file.warnings else "Data")
