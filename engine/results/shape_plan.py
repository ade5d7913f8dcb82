"""The plan of a forecast's batches: shapes, memory, padding, and what they cost to compile."""

from dataclasses import dataclass

from engine.results.shapes import BatchShape


@dataclass(frozen=True, slots=True)
class PlannedShape:
    """A shape that batches will have.

    Attributes:
        shape: The shape.
        batches: Number of batches of this shape.
        memory: Bytes that one of them needs beside the model's weights.
    """

    shape: BatchShape
    batches: int
    memory: int


@dataclass(frozen=True, slots=True)
class ShapePlan:
    """The batches that a forecast of some series will run.

    Attributes:
        shapes: The shapes, most memory first.
        padding: Share of the computed tokens that is padding.
        compilations: Number of times that torch compiles for them; 0 if compilation is off.
        one_shape: Share of tokens more that one shape for all batches would compute.
    """

    shapes: tuple[PlannedShape, ...]
    padding: float
    compilations: int
    one_shape: float

    @property
    def batches(self) -> int:
        """Return the number of batches."""
        return sum(one.batches for one in self.shapes)
