"""Saves benchmarks to the history and loads them, off the window's thread."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.base.errors import UserError
from engine.runtime.failures import bad_input, unexpected
from gui.runs.background import Background

if TYPE_CHECKING:
    from engine.benchmark.measurements import Run
    from engine.benchmark.outcome import Judged

logger = logging.getLogger(__name__)


class RunStore(QObject):
    """Judges, saves, lists, loads and compares runs.

    Signals:
        listed: The runs of the history, the newest first (`engine.history.store.Entry` each).
        judged: A run that ended early was judged (`engine.benchmark.outcome.Judged`).
        loaded: A run of the history was loaded (`engine.benchmark.outcome.Judged`).
        settings_loaded: The candidate's configuration of a run of the history (`CompileConfig`).
        compared: Two runs were compared (`engine.benchmark.comparing.RunComparison`).
        failed: Something could not be done (`engine.runtime.events.Failed`).
    """

    listed = Signal(object)
    judged = Signal(object)
    loaded = Signal(object)
    settings_loaded = Signal(object)
    compared = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._unsaved: dict[int, Run] = {}

    @Slot(object)
    def judge(self, run: "Run") -> None:
        """Judge a run that ended early, and save it."""
        self._unsaved[id(run)] = run

        def report(judged: "Judged") -> None:
            self.judged.emit(judged)
            self.save(judged)

        self._background.run(lambda: _judge(run), report, self._report_failure)

    @Slot(object)
    def save(self, judged: "Judged") -> None:
        """Save a run to the history."""
        self._unsaved[id(judged.run)] = judged.run

        def add() -> None:
            _add(judged)
            del self._unsaved[id(judged.run)]

        self._background.run(add, lambda _none: self.list(), self._report_failure)

    @Slot(object)
    def save_on_close(self, run: "Run") -> None:
        """Save a run when the store is closed."""
        self._unsaved[id(run)] = run

    @Slot()
    def list(self) -> None:
        """List all runs."""
        self._background.run(_entries, self.listed.emit, self._report_failure)

    @Slot(int)
    def load(self, number: int) -> None:
        """Load a run."""
        self._background.run(lambda: _judge(_run(number)), self.loaded.emit, self._report_failure)

    @Slot(int)
    def load_settings(self, number: int) -> None:
        """Load the candidate's configuration of a run."""
        self._background.run(
            lambda: _run(number).setup.configs[1], self.settings_loaded.emit, self._report_failure
        )

    @Slot(int, int)
    def compare(self, earlier: int, later: int) -> None:
        """Compare two runs."""
        from engine.benchmark.comparing import compare_runs

        self._background.run(
            lambda: compare_runs(_run(earlier), _run(later)),
            self.compared.emit,
            self._report_failure,
        )

    def close(self) -> None:
        """End the work in progress, and save the runs that are not saved yet."""
        over = self._background.close()
        # If the thread did not end in time, it may still save them: twice would be wrong.
        for run in self._unsaved.values() if over else ():
            try:
                _add(_judge(run))
            except Exception as error:
                logger.warning("A benchmark was not saved: %s", error, exc_info=error)

    def _report_failure(self, error: Exception) -> None:
        if isinstance(error, UserError):
            self.failed.emit(bad_input(error))
            return
        logger.error("The history failed", exc_info=error)
        self.failed.emit(unexpected("The history cannot be used", error))


# A connection to SQLite belongs to the thread that opened it. The imports come late, since a
# window that has just started needs none of this.


def _judge(run: "Run") -> "Judged":
    from engine.benchmark.outcome import Judged

    return Judged.of(run)


def _add(judged: "Judged") -> None:
    from engine.benchmark.kept import keep_run
    from engine.history.store import History, history_file

    with History(history_file()) as history:
        keep_run(history, judged.run, judged.verdict)


def _entries() -> Sequence[object]:
    from engine.history.store import History, history_file

    with History(history_file()) as history:
        return history.entries()


def _run(number: int) -> "Run":
    from engine.benchmark.kept import kept_run
    from engine.history.store import History, history_file

    with History(history_file()) as history:
        return kept_run(history, number)
