"""Imports and exports the settings: files, environment variables, the clipboard."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from engine.base.errors import UserError
from engine.config.settings import CompileConfig
from engine.runtime.events import FindingReported
from engine.runtime.failures import bad_input
from gui.settings.document import ConfigDocument
from gui.settings.env_preview import EnvPreview
from gui.widgets.dialogs import ask_open, ask_save

if TYPE_CHECKING:
    from engine.reports.exporter import Exporter


class SettingsTransfer(QObject):
    """Imports settings into a document, and exports them.

    Signals:
        failed: A file could not be read or written (`engine.runtime.events.Failed`).
        finding_reported: A finding about a file (`engine.runtime.events.FindingReported`).
        announced: A sentence for the status bar.
    """

    failed = Signal(object)
    finding_reported = Signal(object)
    announced = Signal(str)

    def __init__(self, document: ConfigDocument, preview: EnvPreview, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._document = document
        self._preview = preview

    @Slot()
    def ask_import(self) -> None:
        """Import a file that the user chooses."""
        filters = "Env files and JSON (*.env *.json .env);;All files (*)"
        path = ask_open(self._window, "Import settings", filters)
        if path is not None:
            self.import_file(path)

    def import_file(self, path: Path) -> None:
        """Import a file."""
        from gui.settings import files as config_files  # not before the window is on the screen

        try:
            config, findings = config_files.read(path)
        except UserError as error:
            self._report_failure(error)
            return
        for finding in findings:
            self.finding_reported.emit(FindingReported(finding))
        self._document.replace(config, f"import {path.name}")
        self.announced.emit(f"Imported {path.name}")

    @Slot()
    def import_environment(self) -> None:
        """Import the settings of this process's environment variables."""
        try:
            config = CompileConfig.from_env(os.environ)
        except UserError as error:
            self._report_failure(error)
            return
        self._document.replace(config, "import environment variables")
        self.announced.emit("Imported the environment variables")

    @Slot()
    def export_env(self) -> None:
        """Export an env file in the dialect of the Env file panel."""
        from engine.reports.settings.env_file import env_file_exporter

        self._export("Export env file", env_file_exporter(self._preview.dialect))

    @Slot()
    def export_shell(self) -> None:
        """Export lines for a shell."""
        from engine.reports.settings.shell_lines import SHELL_LINES

        self._export("Export shell lines", SHELL_LINES)

    @Slot()
    def export_json(self) -> None:
        """Export JSON."""
        from engine.reports.settings.json import JSON

        self._export("Export JSON", JSON)

    @Slot()
    def copy_shell(self) -> None:
        """Copy lines for a shell."""
        from engine.reports.settings.shell_lines import shell_lines

        QGuiApplication.clipboard().setText(shell_lines(self._document.config))
        self.announced.emit("Shell export lines copied")

    def _export(self, title: str, exporter: "Exporter[CompileConfig]") -> None:
        from engine.reports.exporter import name_filters, write

        filters = f"{name_filters([exporter])};;All files (*)"
        path = ask_save(self._window, title, f"chronos{exporter.suffixes[0]}", filters)
        if path is None:
            return
        try:
            write(exporter, self._document.config, path)
        except UserError as error:
            self._report_failure(error)
        else:
            self.announced.emit(f"Wrote {path}")

    def _report_failure(self, error: UserError) -> None:
        self.failed.emit(bad_input(error))
