"""A benchmark in the window, driven with the events of a run whose figures are known."""

from collections.abc import Iterable

from PySide6.QtWidgets import QLabel

from engine.benchmark.calls import CacheState
from engine.benchmark.events import (
    BenchmarkBegan,
    Benchmarked,
    CallTimed,
    OutputCompared,
    SideDescribed,
    StartMeasured,
)
from engine.benchmark.judging.summary import summarise
from engine.benchmark.judging.verdict import judge
from engine.benchmark.measurements import Run
from engine.benchmark.setup import Side
from engine.runtime.events import Event, Finished
from engine.runtime.job import Job
from gui.window.main_window import MainWindow
from tests.support.driving import benchmark_page, choices_with_data, find, finish, send, start_job
from tests.support.making_runs import start

STARTS = (
    start(Side.A, CacheState.NONE, 0.02),
    start(Side.B, CacheState.COLD, 0.5),
    start(Side.B, CacheState.WARM, 0.2),
)


def events_of(run: Run) -> Iterable[Event]:
    """Yield the events of a benchmark that measures this run."""
    yield BenchmarkBegan(run.setup)
    yield from map(StartMeasured, run.starts)
    yield from map(CallTimed, run.calls)
    yield from map(SideDescribed, run.facts)
    yield from map(OutputCompared, run.outputs)
    summary = summarise(run)
    yield Benchmarked(summary, judge(run, summary))
    yield Finished()


def begin(window: MainWindow) -> None:
    """Start a benchmark of the chosen data and settings."""
    start_job(window, benchmark_page(window).make_job(choices_with_data(window)))


def show(window: MainWindow, run: Run, job: Job | None = None) -> None:
    """Show a benchmark that measures this run."""
    if job is None:
        begin(window)
    else:
        start_job(window, job)
    send(window, *events_of(run))
    finish(window)


def badge(window: MainWindow) -> str:
    return find(window, QLabel, "benchmark_badge").text()
