"""The setup of a benchmark: the sides, the shape of a call, and the terms of the verdict."""

from dataclasses import dataclass
from enum import StrEnum

from engine.base.wording import shape_words
from engine.config.settings import CompileConfig

BFLOAT16_NAME = "bfloat16 eager"


class Side(StrEnum):
    """A configuration that is timed.

    `A` is the baseline, `B` the candidate. `BFLOAT16` is eager in bfloat16, which may gain more
    than compiling does.
    """

    A = "a"
    B = "b"
    BFLOAT16 = "bfloat16"


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of a call.

    Attributes:
        items: Series in the batch.
        rows: Rows that pass through the model: targets and covariates of all items.
        targets: Targets of each item.
        steps: Length of the longest history, cut to the context length.
        horizon: Steps to forecast.
    """

    items: int
    rows: int
    targets: int
    steps: int
    horizon: int

    @property
    def points(self) -> int:
        """Return the number of time steps that one call forecasts, over all items and targets."""
        return self.items * self.targets * self.horizon

    def __str__(self) -> str:
        """Return the shape in words, as the proof of compilation has it."""
        return shape_words(self.rows, self.steps, self.horizon)


@dataclass(frozen=True, slots=True)
class Setup:
    """The setup of a benchmark.

    Attributes:
        names: The names of A and B.
        configs: The configurations of A and B.
        data: The name of the data.
        shape: The shape of a call.
        processes: 1 if both sides share a process, 2 if they cannot.
        margin: Ratios within 1 +- this count as no difference.
        calls_per_hour: How often you forecast; None if you do not say.
        began: When the benchmark began, in ISO 8601 with the time zone.
    """

    names: tuple[str, str]
    configs: tuple[CompileConfig, CompileConfig]
    data: str
    shape: Shape
    processes: int
    margin: float
    calls_per_hour: float | None
    began: str

    def name(self, side: Side) -> str:
        """Return the name of a side."""
        return BFLOAT16_NAME if side is Side.BFLOAT16 else self.names[0 if side is Side.A else 1]

    @property
    def reference(self) -> Side:
        """Return the side whose plain forecast judges the others: A, unless only B is plain."""
        a, b = self.configs
        return Side.B if _levers(b) < _levers(a) else Side.A

    @property
    def eager_name(self) -> str:
        """Return the name of that plain forecast."""
        name, config = self.name(self.reference), self.config(self.reference)
        if config != config.plain.replace(enabled=config.enabled):
            return f"{name} with the library's own code"
        return f"{name} without compilation" if config.enabled else name

    @property
    def judged(self) -> tuple[Side, ...]:
        """Return the sides whose forecasts must agree with that eager forecast."""
        sides = (Side.A, Side.B)
        return tuple(s for s in sides if s is not self.reference or _levers(self.config(s)))

    def config(self, side: Side) -> CompileConfig:
        """Return the configuration of a side."""
        if side is Side.BFLOAT16:
            return self.configs[0].plain.replace(dtype="bfloat16")
        return self.configs[0 if side is Side.A else 1]


def _levers(config: CompileConfig) -> int:
    """Return how many levers replace the library's own code."""
    return config.enabled + (config.encoder == "fused") + (config.quantization != "none")
