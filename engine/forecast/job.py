"""The job of the forecast."""

from dataclasses import dataclass
from typing import ClassVar

from engine.config.settings import CompileConfig
from engine.data.series import SeriesSource
from engine.results.forecasts import DEFAULT_QUANTILE_LEVELS
from engine.runtime.job import HORIZON, Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast(Job):
    """Forecast series, and compare eager with compiled if asked.

    Events: `DataLoaded` if the series come from a file, `ModelLoaded`, `ForecastReady`. With
    `compare`, a second `ForecastReady` follows; then, unless both turned out eager,
    `PolicyWeighed` where the small-value policy changed values, and `Compared`.

    Attributes:
        config: The configuration in question.
        data: The series, or the file to read them from.
        horizon: Steps to forecast.
        quantile_levels: Levels between 0 and 1, ascending.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
        compare: Whether to forecast both eager and compiled, and compare them.
        holdout: Whether to hold out the last `horizon` steps and forecast those.
    """

    runner: ClassVar[str] = "engine.forecast.run"

    config: CompileConfig
    data: SeriesSource
    horizon: int = HORIZON
    quantile_levels: tuple[float, ...] = DEFAULT_QUANTILE_LEVELS
    device: str = "auto"
    compare: bool = False
    holdout: bool = False

    @property
    def configs(self) -> tuple[CompileConfig, ...]:
        """The configuration."""
        return (self.config,)

    @property
    def sides(self) -> tuple[CompileConfig, ...]:
        """The configurations that forecast, in order: one, or eager and compiled to compare.

        Eager comes first, because its forecast is there in a moment. Both have the small-value
        policy of the configuration in question: only compilation is compared.
        """
        if not self.compare:
            return (self.config,)
        policy = self.config.small_value_policy
        return tuple(
            self.config.replace(enabled=enabled, small_values=policy) for enabled in (False, True)
        )

    @property
    def compiles(self) -> bool:
        """Say whether torch compiles in the worker."""
        return self.config.enabled or self.compare
