"""The application around the window: Qt's soundness, and safe mode."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from gui.app import open_window as open_it
from gui.start import Start
from gui.state import remembered as state
from gui.state.remembered import State


def test_that_qt_counts_its_references() -> None:
    """A release of PySide6 lost one to None in every call, and so killed the interpreter."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _call in range(1000):
        thing.setObjectName("thing")
    assert sys.getrefcount(None) > before - 500


def test_that_a_window_in_safe_mode_neither_reads_nor_writes(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    remembered = State(preset="safest", guide=False)
    state.save(remembered)
    window = open_it(Start(safe=True))
    try:
        window.show()
        assert window.document.preset == "production_eager"
        window.document.choose_preset("fast_testing")
    finally:
        window.close()
    assert state.load() == remembered
