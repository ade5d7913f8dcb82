"""What a benchmark compares: the sides, the shape of a call, and the conditions of the verdict."""

from dataclasses import dataclass
from enum import StrEnum

from engine.base.wording import shape_words
from engine.config.settings import CompileConfig

BFLOAT16_NAME = "bfloat16 eager"


class Side(StrEnum):
    """Who is timed.

    `BFLOAT16` is eager in bfloat16, timed for comparison: it may gain more than compiling.
    """

    A = "a"
    B = "b"
    BFLOAT16 = "bfloat16"


@dataclass(frozen=True, slots=True)
class Shape:
    """What one call forecasts.

    Attributes:
        items: Series in the batch.
        rows: Rows that go through the model: targets and covariates of all items.
        targets: Targets of each item.
        steps: Longest history among them, after the context length was applied.
        horizon: Steps to forecast.
    """

    items: int
    rows: int
    targets: int
    steps: int
    horizon: int

    @property
    def points(self) -> int:
        """Points in time that one call forecasts, over all items and targets."""
        return self.items * self.targets * self.horizon

    def __str__(self) -> str:
        """The shape in words, as the proof of compilation has it."""
        return shape_words(self.rows, self.steps, self.horizon)


@dataclass(frozen=True, slots=True)
class Setup:
    """What is compared, and how.

    Attributes:
        names: What the sides A and B are called.
        configs: Their configurations.
        data: Where the series came from, for people.
        shape: What one call forecasts.
        processes: 1 where both sides live in one process, 2 where they cannot.
        margin: Ratios within 1 +- this count as no difference.
        calls_per_hour: How often the user forecasts; None if it was not said.
        began: When it began, ISO 8601 with the zone.
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
        """What a side is called."""
        return BFLOAT16_NAME if side is Side.BFLOAT16 else self.names[0 if side is Side.A else 1]

    @property
    def reference(self) -> Side:
        """Whose eager forecast the others are judged by: A's, unless only B is eager."""
        a, b = self.configs
        return Side.B if a.enabled and not b.enabled else Side.A

    @property
    def eager_name(self) -> str:
        """What that eager forecast is called."""
        name = self.name(self.reference)
        return f"{name} without compilation" if self.config(self.reference).enabled else name

    @property
    def judged(self) -> tuple[Side, ...]:
        """The sides of which a verdict needs to know whether they forecast the same as that."""
        sides = (Side.A, Side.B)
        return tuple(s for s in sides if s is not self.reference or self.config(s).enabled)

    def config(self, side: Side) -> CompileConfig:
        """The configuration of a side."""
        if side is Side.BFLOAT16:
            return self.configs[0].replace(enabled=False, dtype="bfloat16")
        return self.configs[0 if side is Side.A else 1]
