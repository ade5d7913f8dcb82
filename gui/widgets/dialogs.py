"""Questions about files."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_open(parent: QWidget, title: str, filters: str, folder: Path | None = None) -> Path | None:
    """A file that is there; None if the user thought better of it."""
    start = "" if folder is None else str(folder)
    name, _filter = QFileDialog.getOpenFileName(parent, title, start, filters)
    return Path(name) if name else None


def ask_save(parent: QWidget, title: str, suggestion: str, filters: str) -> Path | None:
    """A file to write; None if the user thought better of it."""
    name, _filter = QFileDialog.getSaveFileName(parent, title, suggestion, filters)
    return Path(name) if name else None
