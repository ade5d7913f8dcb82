"""What is forecast to compare the sides, as plain values: all that it takes to do it again."""

from dataclasses import dataclass
from enum import StrEnum

from engine.data.series import SeriesSet
from engine.model.safeguards import Policy

HORIZON = 16
BATCH_SIZE = 32
"""The guide's."""

ALL_SERIES = "all series"
"""The check of the user's series together."""


class Group(StrEnum):
    """What a check is about."""

    COMPILATION = "compilation"
    ORDINARY = "ordinary series"
    STRESS = "stress series"
    BEHAVIOUR = "behaviour"
    DATA = "your data"
    BASELINE = "against the baseline"


@dataclass(frozen=True, slots=True)
class Case:
    """Series, and how they are forecast.

    Attributes:
        check: Name of the check, unique in a report.
        group: What it is about.
        series: What the model sees.
        horizon: Steps.
        batch_size: Most rows that go through the model together.
        context_length: Longest history to look at; the model's own limit if None.
        small_values: The same policy for all sides; `keep` judges compiled code by the values
            as they are.
        extreme: Whether the guide's wider limit applies.
    """

    check: str
    group: Group
    series: SeriesSet
    horizon: int = HORIZON
    batch_size: int = BATCH_SIZE
    context_length: int | None = None
    small_values: Policy = "keep"
    extreme: bool = False
