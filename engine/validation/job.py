"""The jobs of the validation: the whole suite of checks, or one case again."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

from engine.config.settings import CompileConfig
from engine.data.series import SeriesSource
from engine.runtime.job import HORIZON, Job
from engine.validation.case import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationJob(Job):
    """A job that compares a configuration with eager and float64.

    Attributes:
        config: The configuration in question.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
    """

    runner: ClassVar[str] = "engine.validation.run"

    config: CompileConfig
    device: str = "auto"

    @property
    def configs(self) -> tuple[CompileConfig, ...]:
        """Return the configuration."""
        return (self.config,)

    @property
    def compiles(self) -> bool:
        """Return whether torch compiles in its worker."""
        return self.config.enabled


@dataclass(frozen=True, slots=True, kw_only=True)
class Validate(ValidationJob):
    """Run the suite of checks, and checks on your series if there are any.

    Events: `DataLoaded` if the series come from a file, `ModelLoaded`, a `CheckEnded` for every
    check, `Validated`.

    Attributes:
        data: Your series, or the file to read them from; None for the suite alone.
        horizon: Steps to forecast of your series.
        holdout: Whether to hold out the last `horizon` steps and score the forecasts on them.
        thorough: Whether the shapes cover all triples of values, not only all pairs.
        against: A baseline to compare the forecasts with.
    """

    data: SeriesSource | None = None
    horizon: int = HORIZON
    holdout: bool = True
    thorough: bool = False
    against: Path | None = None

    @classmethod
    def compiled(cls, config: CompileConfig, **options: Any) -> Self:
        """Return the validation of a configuration with compilation on, even where it is off."""
        return cls(config=config.replace(enabled=True), **options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay(ValidationJob):
    """Run a single case again.

    Events: `ModelLoaded`, a `CheckEnded` for the case and one for the proof that compiled code
    ran, `Validated`.

    Attributes:
        case: The case.
    """

    case: Case
