"""What can be asked of the engine: typed, frozen, picklable, and free of torch."""

from dataclasses import dataclass, field
from pathlib import Path

from engine.config.settings import CompileConfig
from engine.data import ReadOptions

HORIZON = 24


BATCH_SIZE = 64
"""What is taken where nothing is said."""


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
