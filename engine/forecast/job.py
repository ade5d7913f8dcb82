"""What can be asked of the engine: typed, frozen, picklable, and free of torch."""

from dataclasses import dataclass

from engine.data.series import SeriesSet
from engine.results.forecasts import DEFAULT_QUANTILE_LEVELS
from engine.runtime.job import BATCH_SIZE, CsvSource, Job


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
