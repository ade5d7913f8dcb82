"""Starts and stops the user's runs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.base.errors import UserError
from engine.runtime.events import Failed, FailureKind
from engine.runtime.failures import bad_input
from gui.data.source import DataSource
from gui.runs.engine_thread import EngineThread
from gui.settings.document import ConfigDocument
from gui.state.state_keeper import StateKeeper

if TYPE_CHECKING:
    from engine.benchmark.job import Benchmark
    from engine.runtime.job import Job
    from engine.validation.case import Case
    from engine.validation.job import Validate
    from engine.validation.report import Report

LONGER = 3.0
"""Times a benchmark's time that a longer one gets."""

NO_DATA = Failed(FailureKind.INPUT, "There are no series to forecast.", "Open a CSV file first.")


class RunControl(QObject):
    """Makes jobs of what the user chose, and gives them to the engine.

    Signals:
        refused: A run cannot be started (`engine.runtime.events.Failed`).
        stopping: The run was asked to stop.
    """

    refused = Signal(object)
    stopping = Signal()

    def __init__(
        self,
        engine: EngineThread,
        document: ConfigDocument,
        source: DataSource,
        keeper: StateKeeper,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._document = document
        self._source = source
        self._keeper = keeper

    @Slot()
    def forecast(self) -> None:
        """Forecasts the open data."""
        from gui.runs.job_making import forecast_job  # not before the window is on the screen

        file = self._source.file
        if file is None:
            self.refused.emit(NO_DATA)
            return
        options = self._keeper.state.options
        self._start(lambda: forecast_job(self._document.config, file.series, options))

    @Slot()
    def validate(self) -> None:
        """Validates the configuration, on the open data too if there is some."""
        from gui.runs.job_making import validate_job

        file = self._source.file
        series = None if file is None else file.series
        options = self._keeper.state.options
        self._start(lambda: validate_job(self._document.config, series, options))

    def outdated(self, job: "Validate | Benchmark") -> str:
        """Whether the same button would start another job by now.

        Returns:
            "other data", "other settings", or nothing.
        """
        from engine.benchmark.job import Benchmark
        from gui.runs.job_making import benchmark_job, validate_job, what_differs

        config, options = self._document.config, self._keeper.state.options
        series = None if self._source.file is None else self._source.file.series
        if isinstance(job, Benchmark):
            # None was run without data, and open data are never closed.
            assert series is not None  # noqa: S101
            return what_differs(job, benchmark_job(config, series, options))
        return what_differs(job, validate_job(config, series, options))

    def replay(self, case: "Case", report: "Report") -> None:
        """Runs one case of a validation once more, where the validation ran."""
        from engine.validation.job import Replay

        self._start(lambda: Replay(config=report.config, case=case, device=report.model.device))

    @Slot()
    def benchmark(self) -> None:
        """Times eager and the configuration on the open data."""
        self._benchmark(None)

    @Slot(float)
    def benchmark_longer(self, seconds: float) -> None:
        """The same with more time than one that took so many seconds."""
        self._benchmark(LONGER * seconds)

    def _benchmark(self, seconds: float | None) -> None:
        from gui.runs.job_making import benchmark_job

        file = self._source.file
        if file is None:
            self.refused.emit(NO_DATA)
            return
        options = self._keeper.state.options
        config = self._document.config
        self._start(lambda: benchmark_job(config, file.series, options, seconds))

    @Slot()
    def stop(self) -> None:
        """Stops the run, or the reading of a file."""
        self._source.cancel()
        if self._engine.busy:
            self.stopping.emit()
            self._engine.cancel()

    def _start(self, make: "Callable[[], Job]") -> None:
        try:
            self._engine.submit(make())
        except UserError as error:
            self.refused.emit(bad_input(error))
