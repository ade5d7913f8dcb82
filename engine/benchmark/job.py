"""The job of the benchmark, and the rules of asking for one."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from engine.config.environment import process_environment
from engine.config.settings import CompileConfig
from engine.data.series import SeriesSource
from engine.runtime.job import HORIZON, Job

TIME_BUDGET = 120.0
"""Seconds that a benchmark takes by default.

The fresh starts of the compiled demo model take 60 to 80 s on two CPU cores. The rest is enough for
an interval of 2 %.
"""

ROWS = 64
"""Rows of a call of a benchmark that names none."""

LONGER = 3.0
"""Factor by which a longer benchmark exceeds the time budget."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark(Job):
    """Time two configurations in alternation: which is faster, and when does its start pay?

    The process of this job forecasts nothing. Sides run in processes of their own, with the
    environment variables that they need and a cache of their own.

    Events: `DataLoaded` if the series come from a file, `BenchmarkBegan`, `MachineDescribed`, a
    `StartMeasured` for each fresh start, a `CallTimed` for every call and `SpeedEstimated` between
    them, `SideDescribed`, `OutputCompared`, `RoundsEnded`, `EnergyMeasured`, `ShapeMeasured`,
    `Benchmarked`.

    Attributes:
        a: The baseline, usually eager.
        b: The candidate.
        names: The names of A and B.
        data: The series, or the file to read them from; the first of them are forecast.
        horizon: Steps to forecast.
        rows: Rows (targets and covariates) of each call, at most.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
        time_budget: Seconds that the benchmark should take. Fresh starts take what they need; the
            calls get the rest, but at least ten seconds.
        margin: Ratios of speed within 1 +- this count as no difference.
        calls_per_hour: How often you forecast; None if you do not say.
        starts: Whether to measure fresh starts up to their first forecast.
        bfloat16: Whether to time eager in bfloat16 too, where both sides are in float32.
        scaling: Whether to time other batch sizes and context lengths.
    """

    runner: ClassVar[str] = "engine.benchmark.run"
    irrelevant: ClassVar[tuple[str, ...]] = ("time_budget",)

    a: CompileConfig
    b: CompileConfig
    names: tuple[str, str] = ("eager", "compiled")
    data: SeriesSource
    horizon: int = HORIZON
    rows: int = ROWS
    device: str = "auto"
    time_budget: float = TIME_BUDGET
    margin: float = 0.02
    calls_per_hour: float | None = None
    starts: bool = True
    bfloat16: bool = True
    scaling: bool = False

    def __post_init__(self) -> None:
        """Give both sides one small-value policy if one of them says `auto`.

        A side that says `auto` takes the policy of the other one, or of the side that compiles.
        Otherwise the benchmark would compare forecasts of different values.
        """
        policy = _shared_policy(self.a, self.b)
        for name in ("a", "b"):
            config = getattr(self, name)
            if config.small_values == "auto" and config.small_value_policy != policy:
                object.__setattr__(self, name, config.replace(small_values=policy))

    @classmethod
    def eager_against(cls, config: CompileConfig, **options: Any) -> Self:
        """Return the benchmark of eager against a configuration as it is when compiled."""
        return cls(a=config.replace(enabled=False), b=config.replace(enabled=True), **options)

    def longer(self) -> Self:
        """Return the same benchmark with more time."""
        return dataclasses.replace(self, time_budget=LONGER * self.time_budget)

    @property
    def configs(self) -> tuple[CompileConfig, ...]:
        """Return both configurations, the candidate last."""
        return (self.a, self.b)

    def environment(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of a process that forecasts nothing."""
        return process_environment(CompileConfig(), inherited, compiles=False)


def _shared_policy(a: CompileConfig, b: CompileConfig) -> str:
    """Return the small-value policy that both sides share if one of them says `auto`."""
    named = [config for config in (a, b) if config.small_values != "auto"]
    compiled = [config for config in (b, a) if config.enabled]
    return [*named, *compiled, a][0].small_value_policy
