"""Dialogs that ask for a file."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_open(parent: QWidget, title: str, filters: str, folder: Path | None = None) -> Path | None:
    """Ask for a file to open; return None if the user cancels."""
    start = "" if folder is None else str(folder)
    name, _filter = QFileDialog.getOpenFileName(parent, title, start, filters)
    return Path(name) if name else None


def ask_save(parent: QWidget, title: str, suggestion: str, filters: str) -> Path | None:
    """Ask for a file to write; return None if the user cancels."""
    name, _filter = QFileDialog.getSaveFileName(parent, title, suggestion, filters)
    return Path(name) if name else None
