"""Findings about the configuration, live while it is edited."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.check.events import Checked
from engine.check.rules.checker import check_ahead, check_config
from engine.config.settings import CompileConfig
from engine.runtime.events import Event
from gui.runs.engine_thread import EngineThread
from gui.runs.job_making import check_job
from gui.settings.document import ConfigDocument
from gui.state.state_keeper import StateKeeper

DELAY = 300
"""Milliseconds without a change before the machine is asked."""


class LiveCheck(QObject):
    """Checks a document: what the settings alone tell at once, what the machine tells later.

    Signals:
        found: What is wrong or unwise, worst first (tuple of `engine.base.findings.Finding`).
    """

    found = Signal(object)

    def __init__(
        self,
        document: ConfigDocument,
        engine: EngineThread,
        keeper: StateKeeper,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._engine = engine
        self._keeper = keeper
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY)
        self._timer.timeout.connect(self._ask)
        self._asked = self._choice
        document.changed.connect(self.check)
        engine.checked.connect(self._take)

    @Slot()
    def check(self) -> None:
        """Checks the document now, and its surroundings in a moment."""
        self.found.emit(check_ahead(check_config, self._document.config))
        self._timer.start()

    @property
    def _choice(self) -> tuple[CompileConfig, str]:
        """What is judged: a configuration, and the device that it is to run on."""
        return self._document.config, self._keeper.state.options.device

    @Slot()
    def _ask(self) -> None:
        self._asked = self._choice
        self._engine.check(check_job(*self._asked))

    @Slot(object)
    def _take(self, event: Event) -> None:
        # An answer about an older choice would show findings that are mended already.
        if isinstance(event, Checked) and self._asked == self._choice:
            self.found.emit(event.findings)
