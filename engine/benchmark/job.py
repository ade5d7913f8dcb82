"""The job of the benchmark."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from engine.config.environment import process_environment
from engine.config.settings import CompileConfig
from engine.data.series import SeriesSource
from engine.runtime.job import BATCH_SIZE, HORIZON, Job

TIME_BUDGET = 105.0
"""Seconds of a benchmark by default: the demonstration then ends within two minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark(Job):
    """Times two configurations in turns, and says which forecasts faster and when it pays.

    The process of this job forecasts nothing: sides run in processes of their own, with the
    variables that they need and a cache folder that is theirs.

    Events: `DataLoaded` if the series come from a file, `BenchmarkBegan`, `MachineDescribed`, a
    `StartMeasured` for each fresh start, a `SampleTaken` for every call and `SpeedEstimated`
    between them, `SideDescribed`, `OutputCompared`, `SamplingEnded`, `EnergyMeasured`,
    `ShapeMeasured`, `Benchmarked`.

    Attributes:
        a: The configuration that B is compared with, usually eager.
        b: The configuration in question.
        names: What A and B are called.
        data: The series, or where to read them; their first batch is forecast.
        horizon: Steps to forecast.
        context_length: Longest history to look at, in steps; the model's own limit if None.
        batch_size: Most rows (targets and covariates) that go through the model together.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
        time_budget: Seconds that the whole should take. Starts take what they take; the calls
            get the rest, and ten seconds at least.
        margin: Ratios of speed within 1 +- this count as no difference.
        calls_per_hour: How often the user forecasts; None to leave that open.
        starts: Whether to measure the time to the first forecast.
        half: Whether to time eager in bfloat16 too, where A computes in float32.
        scaling: Whether to time other batch sizes and context lengths.
    """

    runner: ClassVar[str] = "engine.benchmark.run"
    irrelevant: ClassVar[tuple[str, ...]] = ("time_budget",)

    a: CompileConfig
    b: CompileConfig
    names: tuple[str, str] = ("eager", "compiled")
    data: SeriesSource
    horizon: int = HORIZON
    context_length: int | None = None
    batch_size: int = BATCH_SIZE
    device: str = "auto"
    time_budget: float = TIME_BUDGET
    margin: float = 0.02
    calls_per_hour: float | None = None
    starts: bool = True
    half: bool = True
    scaling: bool = False

    @property
    def configs(self) -> tuple[CompileConfig, ...]:
        """Both configurations, the one in question last."""
        return (self.a, self.b)

    def environment(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of a process that forecasts nothing: the sides have their own."""
        return process_environment(CompileConfig(), inherited, compiles=False)
