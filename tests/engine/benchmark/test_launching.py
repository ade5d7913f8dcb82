"""A whole benchmark without a process: a fake launcher stands in for those that it starts."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.benchmark import run as benchmark_run
from engine.benchmark.events import Benchmarked, CallTimed
from engine.benchmark.job import Benchmark
from engine.benchmark.judging.verdict import Answer
from engine.benchmark.measurements import SideFacts
from engine.benchmark.measuring import job as jobs
from engine.benchmark.measuring.events import Called, Forecasted, SideKnown, Started
from engine.benchmark.measuring.processes import FOLDER, TRITON_CACHE
from engine.benchmark.measuring.rounds import CallTiming
from engine.benchmark.outcome import BenchmarkOutcome
from engine.benchmark.setup import Side
from engine.check.job import DescribeMachine
from engine.config.environment import CACHE_DIR
from engine.results.call_split import CallSplit
from engine.results.forecasts import ForecastSet, ItemForecast
from engine.results.machine import MachineDescription
from engine.runtime import events
from engine.runtime.context import JobContext
from engine.runtime.failures import JobError
from engine.runtime.job import Job
from engine.runtime.session import Session
from tests.support.fake_launcher import FakeLauncher
from tests.support.making import CAPTURED, EAGER, walks
from tests.support.making_runs import MODEL, PROOF, start

SECONDS = {Side.A: 0.01, Side.B: 0.005}
MACHINE = MachineDescription(
    python="3.11",
    torch="2.9",
    chronos="2.0",
    transformers="4.5",
    system="Linux",
    processor="Made up",
    cpu_features=(),
    cores=2,
    memory=8 << 30,
    free_memory=4 << 30,
    gpus=(),
    cuda=None,
    driver=None,
    cxx_compiler=None,
    c_compiler=None,
    triton=False,
    python_headers=False,
)
SERIES = walks(2, 128)
FORECAST = ForecastSet(
    tuple(ItemForecast(one.item_id, np.full((1, 8, 1), 100.0)) for one in SERIES.series),
    SERIES.target_names,
    (0.5,),
)


def facts(side: Side) -> SideKnown:
    return SideKnown(SideFacts(side, MODEL, PROOF if side is Side.B else None))


def answer(job: Job) -> Iterator[events.Event]:
    """Answer as a measuring process does whose B is twice as fast."""
    match job:
        case jobs.PrepareSides(sides=sides):
            yield from map(facts, sides)
        case DescribeMachine():
            yield events.MachineDescribed(MACHINE)
        case jobs.TakeStart(side=side, cache=cache):
            yield Started(start(side, cache, 1.0))
        case jobs.DescribeSide(side=side):
            yield facts(side)
        case jobs.CallSide(side=side):
            yield Called(CallTiming(SECONDS[side], CallSplit(0.0, SECONDS[side], 0.0)))
        case jobs.ForecastSide() | jobs.ForecastEagerly():
            yield Forecasted(FORECAST)
        case _:
            pytest.fail(f"a benchmark sends no {type(job).__name__}")
    yield events.Finished()


def benchmark(**changes: Any) -> Benchmark:
    job = Benchmark(
        a=EAGER, b=CAPTURED, data=SERIES, horizon=8, device="cpu", bfloat16=False, time_budget=1.0
    )
    return dataclasses.replace(job, **changes)


def test_that_every_measuring_process_comes_from_the_launcher_of_the_context() -> None:
    launcher = FakeLauncher(answer)
    reported: list[events.Event] = []
    benchmark_run.run(benchmark(), JobContext(reported.append, launcher=launcher))
    outcome = BenchmarkOutcome()
    for event in reported:
        outcome.handle(event)
    assert outcome.judged is not None
    assert outcome.judged.verdict.answer is Answer.B_FASTER
    assert outcome.judged.summary.speed is not None
    assert outcome.judged.summary.speed.value == pytest.approx(2.0)
    kinds = [list(dict.fromkeys(type(job) for job in one.jobs)) for one in launcher.workers]
    assert kinds[:3] == [[jobs.TakeStart]] * 3
    assert kinds[3][:2] == [jobs.PrepareSides, DescribeMachine]
    assert len(kinds) == 4
    assert all(worker.ended for worker in launcher.workers)


def test_that_compiled_code_is_kept_apart_from_the_users(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(TRITON_CACHE, "/of/the/user")
    launcher = FakeLauncher(answer)
    benchmark_run.run(benchmark(), JobContext(lambda _event: None, launcher=launcher))
    for worker in launcher.workers[1:]:
        assert FOLDER in str(Path(worker.environment[CACHE_DIR]).parent)
        assert TRITON_CACHE not in worker.environment


def test_that_a_measuring_process_that_dies_ends_the_benchmark_and_the_others() -> None:
    def dying(job: Job) -> Iterator[events.Event]:
        return iter(()) if isinstance(job, jobs.CallSide) else answer(job)

    launcher = FakeLauncher(dying)
    other = CAPTURED.replace(scope="encoder")
    job = benchmark(a=CAPTURED, b=other, starts=False)
    with pytest.raises(JobError) as raised:
        benchmark_run.run(job, JobContext(lambda _event: None, launcher=launcher))
    assert raised.value.failed.sentence == "The fake worker died."
    assert [worker.ended for worker in launcher.workers] == [True, True]


def test_that_a_session_and_a_benchmark_use_the_same_kind_of_launcher() -> None:
    measuring = FakeLauncher(answer)

    def work(job: Job) -> list[events.Event]:
        assert isinstance(job, Benchmark)
        reported: list[events.Event] = []
        benchmark_run.run(job, JobContext(reported.append, launcher=measuring))
        return [*reported, events.Finished()]

    with Session(launcher=FakeLauncher(work)) as session:
        reported = list(session.run(benchmark(starts=False)))
    assert sum(isinstance(event, CallTimed) for event in reported) > 100
    assert isinstance(reported[-2], Benchmarked)
    assert isinstance(reported[-1], events.Finished)
    assert len(measuring.workers) == 1
