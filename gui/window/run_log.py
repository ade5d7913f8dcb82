"""Logs what happens in the window: files, runs with their configuration, and their ends."""

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
    """Writes to the log of the process, which the Log panel and the log file show."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job = ""
        self._began = monotonic()

    def begin(self, job: "Job") -> None:
        """Log that a run starts."""
        self._job = type(job).__name__
        self._began = monotonic()
        chosen = f" with {settings(job.configs[-1])}" if job.configs else ""
        logger.info("%s started%s", self._job, chosen)

    @Slot(object)
    def handle(self, event: Event) -> None:
        """Log how a run ended."""
        lasted = monotonic() - self._began
        match event:
            case Finished():
                logger.info("%s finished after %.1f s", self._job, lasted)
            case Stopped():
                logger.info("%s was stopped after %.1f s", self._job, lasted)
            case Failed():
                logger.info("%s failed after %.1f s", self._job, lasted)

    @Slot(object)
    def handle_check(self, event: Event) -> None:
        """Log a check of the configuration that failed; nothing else shows it."""
        if isinstance(event, Failed):
            self.log_failure(event)

    @Slot(object)
    def log_file(self, file: "OpenFile") -> None:
        """Log that a file was opened."""
        logger.info("Opened %s: %d series", file.path, len(file.series))

    def log_failure(self, failed: Failed) -> None:
        """Log that something was refused or failed."""
        parts = f"{failed.sentence} {failed.remedy}".rstrip()
        logger.error("%s", f"{parts}\n{failed.details}".rstrip())


def settings(config: "CompileConfig") -> str:
    """Return the variables of a configuration that are not at their defaults, in a line."""
    defaults = type(config)().to_env()
    changed = (f"{k}={v}" for k, v in config.to_env().items() if v != defaults[k])
    return " ".join(changed) or "the default settings"
