"""Starts and stops runs, and gives their events to the page of their kind."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.base.errors import UserError
from engine.runtime.failures import bad_input
from gui.runs.choices import Choices
from gui.runs.engine_thread import EngineThread

if TYPE_CHECKING:
    from engine.runtime.events import Event
    from engine.runtime.job import Job
    from gui.runs.page import RunPage


class RunControl(QObject):
    """Makes a job of what the user has chosen, runs it, and routes its events.

    Attributes:
        choices: Returns what the user has chosen.

    Signals:
        starting: A run is about to start. Text that is still being typed is to be accepted now.
        refused: A run cannot start (`engine.runtime.events.Failed`).
        started: A job runs (`engine.runtime.job.Job`).
        page_started: The page of the job that runs (`RunPage`).
        event_received: The job reports something, for what all kinds have in common
            (`engine.runtime.events.Event`).
        finished: The job is over.
        stopping: The user stopped the run.
        became_busy: A run or a reading starts; emitted before the buttons are disabled.
        busy_changed: Whether something runs or is read.
        became_idle: Nothing runs any more; emitted after the buttons are enabled.
    """

    starting = Signal()
    refused = Signal(object)
    started = Signal(object)
    page_started = Signal(object)
    event_received = Signal(object)
    finished = Signal()
    stopping = Signal()
    became_busy = Signal()
    busy_changed = Signal(bool)
    became_idle = Signal()

    def __init__(
        self,
        engine: EngineThread,
        choices: Callable[[], Choices],
        is_reading: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        """Take over an engine.

        Args:
            engine: Runs the jobs.
            choices: Returns what the user has chosen.
            is_reading: Says whether a file is being read, during which no run can start.
            parent: Qt's parent.
        """
        super().__init__(parent)
        self.choices = choices
        self._engine = engine
        self._is_reading = is_reading
        self._pages: dict[str, RunPage] = {}
        self._page: RunPage | None = None
        engine.started.connect(self._begin)
        engine.event_received.connect(self._route)
        engine.finished.connect(self._end)

    def add_page(self, page: "RunPage") -> None:
        """Route the events of a page's kind to it."""
        self._pages[page.name] = page

    def start(self, make: "Callable[[Choices], Job]") -> None:
        """Start a run.

        Args:
            make: Makes the job of what the user has chosen.
        """
        self.starting.emit()
        try:
            self._engine.submit(make(self.choices()))
        except UserError as error:
            self.refused.emit(bad_input(error))

    @Slot()
    def stop(self) -> None:
        """Stop the run; return at once."""
        if self._engine.busy:
            self.stopping.emit()
            self._engine.cancel()

    @Slot()
    def refresh(self) -> None:
        """Announce anew whether something runs or is read."""
        busy = self._engine.busy or self._is_reading()
        if busy:
            self.became_busy.emit()
        self.busy_changed.emit(busy)
        if not busy:
            self.became_idle.emit()

    @Slot(object)
    def _begin(self, job: "Job") -> None:
        self._page = self._pages.get(_kind_of(job))
        self.started.emit(job)
        if self._page is not None:
            self._page.begin(job)
        self.refresh()
        if self._page is not None:
            self.page_started.emit(self._page)

    @Slot(object)
    def _route(self, event: "Event") -> None:
        self.event_received.emit(event)
        if self._page is not None:
            self._page.handle(event)

    @Slot()
    def _end(self) -> None:
        if self._page is not None:
            self._page.end()
            self._page = None
        self.finished.emit()
        self.refresh()


def _kind_of(job: "Job") -> str:
    """Return the name of a job's kind: `engine.<kind>.job` defines it."""
    return type(job).__module__.removeprefix("engine.").removesuffix(".job")
