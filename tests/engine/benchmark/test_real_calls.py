"""Real forecasts of the demo model, with real differences and faults planted."""

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
import torch

from engine.base.errors import UserError
from engine.benchmark.calls import Phase, ScalePoint
from engine.benchmark.events import Benchmarked, SpeedEstimated
from engine.benchmark.job import Benchmark
from engine.benchmark.judging.summary import summarise
from engine.benchmark.judging.verdict import Answer, judge
from engine.benchmark.measuring.inputs import rotated
from engine.benchmark.measuring.job import ScaleSide, Workload
from engine.benchmark.measuring.rounds import INPUTS
from engine.benchmark.measuring.sides import LoadedSides, scaled
from engine.benchmark.measuring.timing import TimedSide
from engine.benchmark.outcome import BenchmarkOutcome
from engine.benchmark.setup import Side
from engine.benchmark.stages import stages
from engine.model.forecaster import Forecaster
from engine.model.loading import LoadedModel, load
from engine.runtime import events
from engine.runtime.session import Session
from tests.support.making import CAPTURED, EAGER, walks
from tests.support.making_sides import Here, failing_at, judged, silent

WORKLOAD = Workload(series=walks(2, 128), horizon=8, context_length=2048, device="cpu")


@pytest.fixture(scope="module")
def model() -> LoadedModel:
    return load(EAGER, "cpu")


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Use one thread: on a busy machine, threads wait for each other a hundred times longer."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("one_thread")
def test_that_a_side_that_does_the_work_twice_is_found(model: LoadedModel) -> None:
    class Slow(Forecaster):
        def _run(self, *arguments: Any) -> Any:
            super()._run(*arguments)
            return super()._run(*arguments)

    caller = Here(Forecaster(model, EAGER, silent), Slow(model, EAGER, silent), WORKLOAD)
    _, summary, verdict = judged(caller, 20.0, margin=0.2)
    assert summary.speed is not None
    assert summary.speed.high < 0.8
    assert verdict.answer is Answer.A_FASTER
    assert verdict.sentence.startswith("Keep A. B is 0.")


@pytest.mark.usefixtures("one_thread")
def test_that_compiled_code_that_fails_at_call_twenty_is_named(model: LoadedModel) -> None:
    torch._dynamo.reset()
    config = CAPTURED.replace(scope="encoder")
    broken = Forecaster(model, config, silent, backend=failing_at(20))
    caller = Here(Forecaster(model, EAGER, silent), broken, WORKLOAD)
    run, _, verdict = judged(caller, 60.0, margin=0.001)
    assert verdict.answer is Answer.REFUSED
    assert "fell back to eager in call 20" in verdict.sentence
    assert "the driver went away" in verdict.sentence
    assert max(one.number for one in run.calls if one.side is Side.B) <= 22


def test_that_a_shape_at_which_compilation_is_given_up_is_not_timed(model: LoadedModel) -> None:
    torch._dynamo.reset()
    config = CAPTURED.replace(scope="encoder")
    side = TimedSide(Forecaster(model, config, silent, backend=failing_at(3)))
    bench = LoadedSides({Side.B: side}, (), WORKLOAD)

    def scaled_at(steps: int) -> ScalePoint:
        job = ScaleSide(side=Side.B, items=2, steps=steps, seconds=0.0)
        return scaled(job, bench)

    assert scaled_at(64).seconds > 0
    with pytest.raises(UserError, match=r"The side fell back to eager. .*the driver went away"):
        scaled_at(96)


def test_that_no_input_is_repeated_within_a_round(model: LoadedModel) -> None:
    inputs = [rotated(WORKLOAD.series, index) for index in range(INPUTS)]
    seen = {one.series[0].targets.tobytes() for one in inputs}
    assert len(seen) == INPUTS
    assert {one.series[0].length for one in inputs} == {128}
    lists = [sorted(one.series[0].targets.ravel()) for one in inputs]
    assert all(values == lists[0] for values in lists)


def benchmark(**changes: Any) -> Benchmark:
    options: dict[str, Any] = {
        "a": EAGER,
        "b": EAGER,
        "names": ("one", "other"),
        "data": walks(2, 128),
        "horizon": 8,
        "device": "cpu",
        "time_budget": 1.0,
        "starts": False,
        "bfloat16": False,
    }
    return Benchmark(**{**options, **changes})


@pytest.fixture
def session() -> Iterator[Session]:
    with Session({**os.environ, "OMP_NUM_THREADS": "1"}) as session:
        yield session


def until_calls(
    reported: Iterator[events.Event], outcome: BenchmarkOutcome, count: int
) -> list[events.Event]:
    """Read events until a number of calls is timed."""
    seen = []
    for event in reported:
        outcome.handle(event)
        seen.append(event)
        if outcome.run is not None and len(outcome.run.calls) >= count:
            return seen
    pytest.fail("the benchmark ended too soon")


def test_that_a_benchmark_reports_all_evidence_of_its_verdict(session: Session) -> None:
    outcome = BenchmarkOutcome()
    job = benchmark(bfloat16=True)
    reported = list(session.run(job))
    for event in reported:
        outcome.handle(event)
    assert isinstance(reported[-1], events.Finished), reported[-1]
    (done,) = [event for event in reported if isinstance(event, Benchmarked)]
    run = outcome.run
    assert run is not None
    assert summarise(run) == done.summary
    assert judge(run, done.summary) == done.verdict
    assert done.verdict.answer not in {Answer.A_FASTER, Answer.B_FASTER}
    assert {one.phase for one in run.calls} == set(Phase)
    assert {one.side for one in run.calls} == set(Side)
    assert {one.side for one in run.outputs} == {Side.B, Side.BFLOAT16}
    assert run.outputs[0].difference == 0
    assert run.conditions is not None
    assert run.machine is not None
    assert any(isinstance(event, SpeedEstimated) for event in reported)
    stages_seen = dict.fromkeys(one.stage for one in reported if isinstance(one, events.Progress))
    assert tuple(stage for stage in stages_seen if stage in stages(job)) == stages(job)
    # Eager in bfloat16 is not a model that the user chose.
    assert {one.model.dtype for one in reported if isinstance(one, events.ModelLoaded)} == {
        "float32"
    }


def test_that_a_compile_that_does_nothing_is_named() -> None:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "TORCHDYNAMO_DISABLE": "1"}
    with Session(environment) as session:
        reported = list(session.run(benchmark(b=CAPTURED, names=("eager", "compiled"))))
    (done,) = [event for event in reported if isinstance(event, Benchmarked)]
    assert done.verdict.answer is Answer.REFUSED
    assert "No call of compiled ran compiled code" in done.verdict.sentence


@pytest.mark.slow
def test_that_two_sides_that_compile_get_a_process_each_and_fresh_starts(
    session: Session,
) -> None:
    outcome = BenchmarkOutcome()
    other = CAPTURED.replace(scope="encoder")
    for event in session.run(benchmark(a=CAPTURED, b=other, starts=True)):
        outcome.handle(event)
    run = outcome.run
    assert run is not None
    assert run.setup.processes == 2
    assert [(one.side, one.cache) for one in run.starts] == [
        (Side.A, "cold"),
        (Side.A, "warm"),
        (Side.B, "cold"),
        (Side.B, "warm"),
    ]
    proofs = {one.side: one.proof for one in run.facts}
    for side, scope in ((Side.A, "blocks"), (Side.B, "encoder")):
        proof = proofs[side]
        assert proof is not None
        assert proof.scope == scope
        assert proof.compiled_code_ran


def test_that_cancelling_keeps_every_call_that_was_timed(session: Session) -> None:
    outcome = BenchmarkOutcome()
    reported = session.run(benchmark(time_budget=600.0, margin=0.001))
    until_calls(reported, outcome, 30)
    session.cancel()
    for event in reported:
        outcome.handle(event)
    assert isinstance(event, events.Stopped)
    run = outcome.run
    assert run is not None
    assert len(run.calls) >= 30
    assert judge(run, summarise(run)).sentence.startswith("The run stopped early.")


def test_that_killing_the_worker_loses_no_call_that_was_timed(session: Session) -> None:
    outcome = BenchmarkOutcome()
    reported = session.run(benchmark(time_budget=600.0, margin=0.001))
    until_calls(reported, outcome, 30)
    assert session.worker_pid is not None
    os.kill(session.worker_pid, signal.SIGKILL)
    for event in reported:
        outcome.handle(event)
    assert isinstance(event, events.Failed)
    run = outcome.run
    assert run is not None
    numbers = [one.number for one in run.calls if one.side is Side.A]
    assert numbers == list(range(len(numbers)))
    assert len(run.calls) >= 30
    assert not run.complete
