"""A case: series, and the options that they are forecast with. It can be saved and replayed."""

from dataclasses import dataclass
from enum import StrEnum

from engine.data.series import SeriesSet
from engine.model.preprocessing import Policy

HORIZON = 16
BATCH_SIZE = 32
"""The horizon in steps and the batch size in rows of the compile guide's tests."""

ALL_SERIES = "all series"
"""Name of the check on all of your series together."""


class Group(StrEnum):
    """The subject of a check."""

    COMPILATION = "compilation"
    ORDINARY = "ordinary series"
    STRESS = "stress series"
    SHAPES = "shapes"
    BEHAVIOUR = "behaviour"
    STATE = "state"
    DATA = "your data"
    BASELINE = "against the baseline"


@dataclass(frozen=True, slots=True)
class Case:
    """Series, and the options that they are forecast with.

    Attributes:
        check: Name of the check, unique in a report.
        group: Its subject.
        series: The series, cut to the context.
        horizon: Steps to forecast.
        batch_size: The most rows that pass through the model together; as configured if None.
        context_length: Most steps of history to use; as configured if None.
        small_values: The small-value policy of all sides; `keep` tests compiled code on the
            unchanged values.
        extreme: Whether the compile guide's limit for extreme series applies.
    """

    check: str
    group: Group
    series: SeriesSet
    horizon: int = HORIZON
    batch_size: int | None = BATCH_SIZE
    context_length: int | None = None
    small_values: Policy = "keep"
    extreme: bool = False
