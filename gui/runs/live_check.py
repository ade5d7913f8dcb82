"""Findings about the configuration, live while it is edited."""

import os
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.check.events import Checked
from engine.check.job import Check
from engine.check.rules.checker import check_ahead, check_config
from engine.config.settings import CompileConfig
from engine.runtime.events import Event
from gui.runs.choices import Choices
from gui.runs.engine_thread import EngineThread

DELAY = 300
"""Milliseconds without a change before the worker checks the machine."""


class LiveCheck(QObject):
    """Checks the configuration: the settings alone at once, the machine a moment later.

    Signals:
        found: The findings, worst first (tuple of `engine.base.findings.Finding`).
    """

    found = Signal(object)

    def __init__(
        self, engine: EngineThread, choices: Callable[[], Choices], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._choices = choices
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY)
        self._timer.timeout.connect(self._check_machine)
        self._checked = self._subject
        engine.check_event_received.connect(self._handle)

    @Slot()
    def check(self) -> None:
        """Check the settings now, and the machine after `DELAY`."""
        config, _device = self._subject
        self.found.emit(check_ahead(check_config, config))
        self._timer.start()

    @property
    def _subject(self) -> tuple[CompileConfig, str]:
        """Return what is checked: the configuration and the device that it is to run on."""
        chosen = self._choices()
        return chosen.config, chosen.options.device

    @Slot()
    def _check_machine(self) -> None:
        self._checked = self._subject
        self._engine.check(_check_job(*self._checked))

    @Slot(object)
    def _handle(self, event: Event) -> None:
        # The result of an earlier choice would show findings that are fixed already.
        if isinstance(event, Checked) and self._checked == self._subject:
            self.found.emit(event.findings)


def _check_job(config: CompileConfig, device: str) -> Check:
    """Make a check of a configuration on this machine, as it is and as it runs compiled."""
    return Check(config=config, device=device, variables=dict(os.environ), ahead=True)
