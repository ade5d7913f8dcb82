"""The jobs of the validation."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from engine.config.settings import CompileConfig
from engine.data.series import SeriesSource
from engine.runtime.job import BATCH_SIZE, HORIZON, Job
from engine.validation.case import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Validate(Job):
    """Runs eager and the configuration over the battery, and the user's series if given.

    Events: `DataLoaded` if the series come from a file, `ModelLoaded`, a `CheckEnded` for every
    check as it ends, `Validated`.

    Attributes:
        config: The configuration in question.
        data: The user's series, or where to read them; None for the battery alone.
        horizon: Steps to forecast of the user's series.
        context_length: Longest history of them to look at; the model's own limit if None.
        holdout: Whether to keep back the last `horizon` steps and score the forecasts of them.
        batch_size: Most rows that go through the model together.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
        against: A baseline to compare the forecasts with.
    """

    runner: ClassVar[str] = "engine.validation.run"

    config: CompileConfig
    data: SeriesSource | None = None
    horizon: int = HORIZON
    context_length: int | None = None
    holdout: bool = True
    batch_size: int = BATCH_SIZE
    device: str = "auto"
    against: Path | None = None

    @property
    def configs(self) -> tuple[CompileConfig, ...]:
        """The configuration."""
        return (self.config,)

    @property
    def compiles(self) -> bool:
        """Whether torch compiles in its worker."""
        return self.config.enabled


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay(Job):
    """Runs the comparison of a single case once more.

    Events: `ModelLoaded`, a `CheckEnded` for the case and one for the proof that compiled code
    ran, `Validated`.

    Attributes:
        config: The configuration in question.
        case: What is forecast.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
    """

    runner: ClassVar[str] = "engine.validation.run"

    config: CompileConfig
    case: Case
    device: str = "auto"

    @property
    def configs(self) -> tuple[CompileConfig, ...]:
        """The configuration."""
        return (self.config,)

    @property
    def compiles(self) -> bool:
        """Whether torch compiles in its worker."""
        return self.config.enabled
