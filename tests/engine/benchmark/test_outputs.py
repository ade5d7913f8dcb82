"""Comparisons of real forecasts of the demo model, one for each side."""

import dataclasses
import gc
from collections.abc import Iterator
from typing import Any

import pytest
import torch

from engine.benchmark.events import OutputCompared
from engine.benchmark.judging.verdict import faults
from engine.benchmark.measurements import OutputCheck
from engine.benchmark.measuring import run as measuring
from engine.benchmark.measuring.bench import Bench
from engine.benchmark.measuring.job import PrepareSides, Workload
from engine.benchmark.measuring.outputs import check_outputs
from engine.benchmark.setup import Side
from engine.config.settings import CompileConfig
from engine.model import counting
from engine.model.forecaster import Forecaster
from engine.model.loading import load
from engine.results.forecasts import ForecastSet
from engine.results.judgement import Status
from engine.runtime.context import Cache, JobContext
from engine.runtime.events import Event
from engine.runtime.job import Job
from tests.support.making import CAPTURED, EAGER, walks
from tests.support.making_runs import SETUP, complete_run
from tests.support.random_models import TINY, save_random_model

SERIES = walks(4, 256)
BFLOAT16 = EAGER.replace(dtype="bfloat16")


@pytest.fixture(scope="module")
def forecasts() -> dict[str, ForecastSet]:
    def forecast(dtype: str) -> ForecastSet:
        config = EAGER if dtype == "float64" else EAGER.replace(dtype=dtype)
        model = load(config, "cpu", dtype="float64" if dtype == "float64" else None)
        levels = model.description.quantile_levels
        return Forecaster(model, config, lambda _event: None).forecast(SERIES, 16, levels).forecast

    return {dtype: forecast(dtype) for dtype in ("float32", "bfloat16", "float64")}


def checked(
    forecasts: dict[str, ForecastSet], first: CompileConfig, other: CompileConfig
) -> OutputCheck:
    three = (forecasts[first.dtype], forecasts[other.dtype], forecasts["float64"])
    return check_outputs(Side.B, SERIES, three, (first, other))


@pytest.mark.parametrize(
    ("first", "other"), [(EAGER, BFLOAT16), (BFLOAT16, EAGER), (BFLOAT16, BFLOAT16)]
)
def test_that_the_rounding_of_bfloat16_is_a_warning_and_no_fault(
    forecasts: dict[str, ForecastSet], first: CompileConfig, other: CompileConfig
) -> None:
    found = checked(forecasts, first, other)
    assert found.status is Status.WARN
    assert "standard deviations" in found.sentence
    assert (found.difference > 1e-4) == (first is not other)


def test_that_equal_forecasts_in_float32_pass(forecasts: dict[str, ForecastSet]) -> None:
    assert checked(forecasts, EAGER, EAGER).status is Status.PASS


class InThisProcess:
    """A stand-in for a measuring process that runs its jobs in this process."""

    def __init__(self, configs: dict[Side, CompileConfig], workload: Workload) -> None:
        self.cache = Cache(4)
        prepare = PrepareSides(sides=configs, workload=workload)
        self.ask(prepare)

    def ask(self, job: Job) -> list[Event]:
        reported: list[Event] = []
        measuring.run(job, JobContext(reported.append, cache=self.cache))
        return reported

    def ask_one(self, job: Job, kind: type[Event]) -> Event:
        (reply,) = (event for event in self.ask(job) if isinstance(event, kind))
        return reply


@pytest.fixture
def unfrozen() -> Iterator[None]:
    torch._dynamo.reset()
    yield
    gc.unfreeze()


OTHER = CAPTURED.replace(scope="encoder")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A checkpoint of one block."""
    folder = tmp_path_factory.mktemp("model")
    save_random_model(folder, **TINY)
    return str(folder)


@pytest.mark.usefixtures("unfrozen")
@pytest.mark.parametrize(
    ("a", "b", "judged_by", "judged", "wrong"),
    [
        (EAGER, CAPTURED, "one", {Side.B}, True),
        (CAPTURED, EAGER, "other", {Side.A}, True),
        (CAPTURED, OTHER, "one without compilation", {Side.A, Side.B}, True),
        (CAPTURED, OTHER, "one without compilation", {Side.A, Side.B}, False),
    ],
)
def test_that_compiled_code_that_is_wrong_is_found_on_either_side(
    monkeypatch: pytest.MonkeyPatch,
    model: str,
    a: CompileConfig,
    b: CompileConfig,
    judged_by: str,
    judged: set[Side],
    wrong: bool,
) -> None:
    def backend(graph: torch.fx.GraphModule, _inputs: Any) -> Any:
        def run(*arguments: Any) -> Any:
            result = graph.forward(*arguments)
            return [result[0] + 1, *result[1:]] if wrong else result

        return run

    monkeypatch.setattr(counting, "lookup_backend", lambda _name: backend)
    a, b = a.replace(model=model), b.replace(model=model)
    setup = dataclasses.replace(SETUP, names=("one", "other"), configs=(a, b))
    workload = Workload(series=SERIES, horizon=16, context_length=2048, device="cpu")
    configs = {Side.A: a, Side.B: b}
    reported: list[Event] = []
    processes: Any = {side: InThisProcess(configs, workload) for side in configs}
    bench = Bench(setup, configs, workload, JobContext(reported.append), processes, ())
    bench.compare_outputs()
    checks = tuple(event.check for event in reported if isinstance(event, OutputCompared))
    status = Status.FAIL if wrong else Status.PASS
    assert {one.side: one.status for one in checks} == dict.fromkeys(judged, status)
    run = dataclasses.replace(complete_run(), setup=setup, outputs=checks)
    assert any(f"and {judged_by} differ." in fault for fault in faults(run)) is wrong
