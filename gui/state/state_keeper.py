"""Holds the remembered state, and writes it when it changes."""

import dataclasses
import logging
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot

from engine.base.errors import UserError
from gui.runs.background import Background
from gui.state import remembered as state
from gui.state.remembered import State

DELAY = 150
"""Milliseconds between a change and its writing; typing is not written letter by letter."""

logger = logging.getLogger(__name__)


class StateKeeper(QObject):
    """Holds the state.

    Attributes:
        state: The state.
        saves: Whether the state is written to its file.
    """

    def __init__(self, remembered: State, saves: bool = True) -> None:
        super().__init__()
        self.state = remembered
        self.saves = saves
        self._background = Background(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY)
        self._timer.timeout.connect(self._save)

    def update(self, **changes: Any) -> None:
        """Change parts of the state."""
        changed = dataclasses.replace(self.state, **changes)
        if changed != self.state:
            self.state = changed
            self._timer.start()

    def close(self) -> None:
        """Write what is not written yet."""
        self._background.close()
        if self._timer.isActive():
            self._timer.stop()
            try:
                self._write(self.state)
            except UserError as error:
                logger.warning("The state was not saved: %s", error)

    @Slot()
    def _save(self) -> None:
        current = self.state
        self._background.run(lambda: self._write(current), lambda _none: None, self._log_failure)

    def _write(self, current: State) -> None:
        if self.saves:
            state.save(current)

    def _log_failure(self, error: Exception) -> None:
        logger.warning("The state was not saved: %s", error)
