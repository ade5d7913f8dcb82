"""What can be asked of the engine: typed, frozen, picklable, and free of torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.config import CompileConfig
from engine.data import ReadOptions
from engine.data.series import SeriesSet
from engine.forecasts import DEFAULT_QUANTILE_LEVELS
from engine.validation.case import Case

HORIZON = 24
BATCH_SIZE = 64
"""What is taken where nothing is said."""

TIME_BUDGET = 105.0
"""Seconds of a benchmark by default: the demonstration then ends within two minutes."""


@dataclass(frozen=True, slots=True)
class CsvSource:
    """Series to be read from a file."""

    path: Path
    options: ReadOptions = field(default_factory=ReadOptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Anything that can be asked.

    Attributes:
        config: How the model is run; also decides the worker's process-level variables.
    """

    config: CompileConfig

    @property
    def compiles(self) -> bool:
        """Whether torch will compile."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeMachine(Job):
    """Says what the worker runs on. Events: `MachineDescribed`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Job):
    """Judges the configuration and the machine, and loads no model.

    Events: `MachineDescribed`, `Checked`.

    Attributes:
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
        environment: The asker's environment variables; the worker's own are not quite the same.
        env_file: The variables of the env file that the configuration comes from, if there is one.
        ahead: Whether to say of a configuration that is not compiled what would hold if it were.
    """

    device: str = "auto"
    environment: Mapping[str, str] = field(default_factory=dict)
    env_file: Mapping[str, str] = field(default_factory=dict)
    ahead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast(Job):
    """Forecasts series.

    Events: `DataLoaded` if the series come from a file, `ModelLoaded`, `ForecastReady`, and
    with `compare` a second `ForecastReady` and, unless both turned out eager, `PolicyWeighed`
    where the small-value policy altered values, and `Compared`.

    Attributes:
        data: The series, or where to read them.
        horizon: Steps to forecast.
        quantile_levels: Levels between 0 and 1, ascending.
        context_length: Longest history to look at, in steps; the model's own limit if None.
        batch_size: Most rows (targets and covariates) that go through the model together.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
        compare: Whether to run the other mode too, eager or compiled, and compare them.
    """

    data: SeriesSet | CsvSource
    horizon: int
    quantile_levels: tuple[float, ...] = DEFAULT_QUANTILE_LEVELS
    context_length: int | None = None
    batch_size: int = BATCH_SIZE
    device: str = "auto"
    compare: bool = False

    @property
    def compiles(self) -> bool:
        """Whether torch will compile."""
        return self.config.enabled or self.compare


@dataclass(frozen=True, slots=True, kw_only=True)
class Validate(Job):
    """Runs eager and the configuration over the battery, and the user's series if given.

    Events: `DataLoaded` if the series come from a file, `ModelLoaded`, a `RowJudged` for every
    check as it ends, `Validated`.

    Attributes:
        data: The user's series, or where to read them; None for the battery alone.
        horizon: Steps to forecast of the user's series.
        context_length: Longest history of them to look at; the model's own limit if None.
        holdout: Whether to keep back the last `horizon` steps and score the forecasts of them.
        batch_size: Most rows that go through the model together.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
        against: A baseline to compare the forecasts with.
    """

    data: SeriesSet | CsvSource | None = None
    horizon: int = HORIZON
    context_length: int | None = None
    holdout: bool = True
    batch_size: int = BATCH_SIZE
    device: str = "auto"
    against: Path | None = None

    @property
    def compiles(self) -> bool:
        """Whether torch will compile."""
        return self.config.enabled


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay(Job):
    """Runs the comparison of a single case once more.

    Events: `ModelLoaded`, a `RowJudged` for the case and one for the proof that compiled code
    ran, `Validated`.

    Attributes:
        case: What is forecast.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
    """

    case: Case
    device: str = "auto"

    @property
    def compiles(self) -> bool:
        """Whether torch will compile."""
        return self.config.enabled


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
        config: How the process of the job is run; the sides have their own.
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

    config: CompileConfig = field(default_factory=CompileConfig)
    a: CompileConfig
    b: CompileConfig
    names: tuple[str, str] = ("eager", "compiled")
    data: SeriesSet | CsvSource
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
