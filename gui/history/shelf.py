"""Keeps benchmarks in the history, and gets them out of it, off the window's thread."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from engine.base.errors import UserError
from engine.runtime.events import Failed, FailureKind
from engine.runtime.failures import bad_input
from gui.runs.background import Background

if TYPE_CHECKING:
    from engine.benchmark.judging.summary import Summary
    from engine.benchmark.judging.verdict import Verdict
    from engine.benchmark.measurements import Run

logger = logging.getLogger(__name__)


class RunDesk(QObject):
    """Judges, keeps, lists, loads and compares runs.

    Signals:
        listed: The runs that are kept, the newest first (list of `engine.history.store.Entry`).
        judged: A run with its figures and its verdict (`Run`, `Summary`, `Verdict`).
        loaded: The same of a run from the history.
        configured: The configuration in question of a run from the history (`CompileConfig`).
        compared: Two runs were compared (`engine.benchmark.comparing.RunComparison`).
        failed: Something could not be done (`engine.runtime.events.Failed`).
    """

    listed = Signal(object)
    judged = Signal(object, object, object)
    loaded = Signal(object, object, object)
    configured = Signal(object)
    compared = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._unkept: dict[int, Run] = {}

    @Slot(object)
    def judge(self, run: "Run") -> None:
        """Judges a run that was stopped, and keeps it."""
        self._unkept[id(run)] = run

        def tell(found: "tuple[Run, Summary, Verdict]") -> None:
            self.judged.emit(*found)
            self.keep(run, found[2])

        self._background.run(lambda: judged(run), tell, self._complain)

    @Slot(object, object)
    def keep(self, run: "Run", verdict: "Verdict") -> None:
        """Adds a run to the history."""
        self._unkept[id(run)] = run

        def add() -> None:
            _add(run, verdict)
            del self._unkept[id(run)]

        self._background.run(add, lambda _none: self.list(), self._complain)

    @Slot()
    def list(self) -> None:
        """Lists all runs."""
        self._background.run(_entries, self.listed.emit, self._complain)

    @Slot(int)
    def load(self, number: int) -> None:
        """Loads a run."""
        self._background.run(
            lambda: judged(_run(number)), lambda found: self.loaded.emit(*found), self._complain
        )

    @Slot(int)
    def load_settings(self, number: int) -> None:
        """Loads a run's configuration."""
        self._background.run(
            lambda: _run(number).setup.configs[1], self.configured.emit, self._complain
        )

    @Slot(int, int)
    def compare(self, earlier: int, later: int) -> None:
        """Compares two runs."""
        from engine.benchmark.comparing import compare_runs

        self._background.run(
            lambda: compare_runs(_run(earlier), _run(later)), self.compared.emit, self._complain
        )

    def close(self, unfinished: "Run | None") -> None:
        """Ends what is going on, and keeps what is not kept yet.

        Args:
            unfinished: What a benchmark has measured that is running still; None if none is.
        """
        over = self._background.close()
        # What a thread is about to keep that could not be waited for would be kept twice.
        unkept = self._unkept.values() if over else ()
        for run in filter(None, (*unkept, unfinished)):
            try:
                _add(run, judged(run)[2])
            except Exception as error:
                logger.warning("A benchmark was not kept: %s", error, exc_info=error)

    def _complain(self, error: Exception) -> None:
        if isinstance(error, UserError):
            self.failed.emit(bad_input(error))
            return
        logger.error("The history failed", exc_info=error)
        sentence = f"The history cannot be used: {type(error).__name__}: {error}."
        self.failed.emit(Failed(FailureKind.UNEXPECTED, sentence))


def judged(run: "Run") -> "tuple[Run, Summary, Verdict]":
    """A run with its figures and its verdict."""
    from engine.benchmark.judging.summary import summarise
    from engine.benchmark.judging.verdict import judge

    summary = summarise(run)
    return run, summary, judge(run, summary)


# SQLite belongs to the thread that opened it. A window that only starts needs none of this.


def _add(run: "Run", verdict: "Verdict") -> None:
    from engine.benchmark.kept import keep_run
    from engine.history.store import History, history_file

    with History(history_file()) as history:
        keep_run(history, run, verdict)


def _entries() -> Sequence[object]:
    from engine.history.store import History, history_file

    with History(history_file()) as history:
        return history.entries()


def _run(number: int) -> "Run":
    from engine.benchmark.kept import kept_run
    from engine.history.store import History, history_file

    with History(history_file()) as history:
        return kept_run(history, number)
