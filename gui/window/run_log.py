"""Logs what is done in the window: files, runs with their configuration, and how they ended."""

import logging
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from engine.runtime.events import Event, Failed, Finished, Stopped

if TYPE_CHECKING:
    from engine.config.settings import CompileConfig
    from engine.runtime.job import Job
    from gui.data.source import OpenFile

logger = logging.getLogger("window")


class RunLog(QObject):
    """Puts it into the log of the process, which the view and the log file show."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job = ""
        self._began = monotonic()

    @Slot(object)
    def begin(self, job: "Job") -> None:
        """A run was taken."""
        self._job = type(job).__name__
        self._began = monotonic()
        logger.info("%s started with %s", self._job, settings(job.configs[-1]))

    @Slot(object)
    def take(self, event: Event) -> None:
        """Logs how a run ended."""
        lasted = monotonic() - self._began
        match event:
            case Finished():
                logger.info("%s finished after %.1f s", self._job, lasted)
            case Stopped():
                logger.info("%s was stopped after %.1f s", self._job, lasted)
            case Failed():
                logger.info("%s failed after %.1f s", self._job, lasted)

    @Slot(object)
    def take_check(self, event: Event) -> None:
        """Logs a check of the configuration that failed; nothing else tells of it."""
        if isinstance(event, Failed):
            self.complain(event)

    @Slot(object)
    def tell_file(self, file: "OpenFile") -> None:
        """A file was opened."""
        logger.info("Opened %s: %d series", file.path, len(file.series))

    def complain(self, failed: Failed) -> None:
        """Something was refused or failed."""
        parts = f"{failed.sentence} {failed.remedy}".rstrip()
        logger.error("%s", f"{parts}\n{failed.details}".rstrip())


def settings(config: "CompileConfig") -> str:
    """A configuration as those variables that are not at their defaults, in a line."""
    defaults = type(config)().to_env()
    changed = (f"{k}={v}" for k, v in config.to_env().items() if v != defaults[k])
    return " ".join(changed) or "the default settings"
