"""The job of compiling ahead of time."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from engine.config.settings import CompileConfig
from engine.runtime.job import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class CompileAhead(Job):
    """Compile the configured encoder ahead of time, and validate the result.

    Events: `ModelLoaded`, a `CheckEnded` for every check of the validation, `ArtifactMade`.

    Attributes:
        config: The configuration. Its encoder is fused.
        output: The folder of the artifact.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
    """

    runner: ClassVar[str] = "engine.compilation.run"

    config: CompileConfig
    output: Path
    device: str = "auto"

    @property
    def configs(self) -> tuple[CompileConfig, ...]:
        """Return the configuration."""
        return (self.config,)

    @property
    def compiles(self) -> bool:
        """Say that torch compiles in the worker."""
        return True
