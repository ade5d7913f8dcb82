"""Brings configurations in and out: files, the environment, the clipboard."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from engine.base.errors import UserError
from engine.config.settings import CompileConfig
from engine.runtime.events import Noticed
from engine.runtime.failures import bad_input
from gui.settings.document import ConfigDocument
from gui.settings.env_preview import EnvPreview
from gui.widgets.dialogs import ask_open, ask_save

if TYPE_CHECKING:
    from engine.reports.exporter import Exporter


class ConfigDesk(QObject):
    """Imports into a document and exports from it.

    Signals:
        failed: It could not be done (`engine.runtime.events.Failed`).
        noticed: Something about a file was odd (`engine.runtime.events.Noticed`).
        told: It was done (text for people).
    """

    failed = Signal(object)
    noticed = Signal(object)
    told = Signal(str)

    def __init__(self, document: ConfigDocument, preview: EnvPreview, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._document = document
        self._preview = preview

    @Slot()
    def ask_import(self) -> None:
        """Imports a file that the user chooses."""
        filters = self.tr("Env files and JSON (*.env *.json .env);;All files (*)")
        path = ask_open(self._window, self.tr("Import settings"), filters)
        if path is not None:
            self.import_file(path)

    def import_file(self, path: Path) -> None:
        """Imports a file."""
        from gui.settings import files as config_files  # not before the window is on the screen

        try:
            config, findings = config_files.read(path)
        except UserError as error:
            self._complain(error)
            return
        for finding in findings:
            self.noticed.emit(Noticed(finding))
        self._document.replace(config, self.tr("import {}").format(path.name))
        self.told.emit(self.tr("Imported {}").format(path.name))

    @Slot()
    def import_environment(self) -> None:
        """Takes the settings of this process's environment variables."""
        try:
            config = CompileConfig.from_env(os.environ)
        except UserError as error:
            self._complain(error)
            return
        self._document.replace(config, self.tr("import the environment"))
        self.told.emit(self.tr("Imported the environment"))

    @Slot()
    def export_env(self) -> None:
        """Exports an env file in the dialect of the preview."""
        from engine.reports.settings.env_file import env_file_exporter

        exporter = env_file_exporter(self._preview.dialect)
        self._export(self.tr("Export env file"), exporter)

    @Slot()
    def export_shell(self) -> None:
        """Exports lines for a shell."""
        from engine.reports.settings.shell_lines import SHELL_LINES

        self._export(self.tr("Export shell lines"), SHELL_LINES)

    @Slot()
    def export_json(self) -> None:
        """Exports JSON."""
        from engine.reports.settings.json import JSON

        self._export(self.tr("Export JSON"), JSON)

    @Slot()
    def copy_shell(self) -> None:
        """Copies lines for a shell."""
        from engine.reports.settings.shell_lines import shell_lines

        QGuiApplication.clipboard().setText(shell_lines(self._document.config))
        self.told.emit(self.tr("Copied the export lines"))

    def _export(self, title: str, exporter: "Exporter[CompileConfig]") -> None:
        from engine.reports.exporter import name_filters, write

        filters = f"{name_filters([exporter])};;{self.tr('All files (*)')}"
        path = ask_save(self._window, title, f"chronos{exporter.suffixes[0]}", filters)
        if path is None:
            return
        try:
            write(exporter, self._document.config, path)
        except UserError as error:
            self._complain(error)
        else:
            self.told.emit(self.tr("Wrote {}").format(path))

    def _complain(self, error: UserError) -> None:
        self.failed.emit(bad_input(error))
