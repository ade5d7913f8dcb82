"""What a job says while it runs: typed, frozen, picklable, and free of torch."""

from dataclasses import dataclass
from enum import StrEnum

from engine.base.findings import Finding
from engine.data.series import SeriesSet
from engine.results.machine import MachineDescription
from engine.results.model import ModelDescription


class Event:
    """Anything that a job says."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Progress(Event):
    """How far a stage is.

    Attributes:
        stage: What is being done, in words for people.
        done: Units finished; 0 when nothing can be counted.
        total: Units in all; None if unknown.
        unit: The one that is being worked on, in words for people; empty if it has no name.
    """

    stage: str
    done: int = 0
    total: int | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Noticed(Event):
    """Something the user should know about."""

    finding: Finding


@dataclass(frozen=True, slots=True)
class Logged(Event):
    """A line of the worker's log.

    Attributes:
        level: As in `logging`, such as 30 for a warning.
        logger: Who logged it.
        text: The message, with its traceback if it had one.
    """

    level: int
    logger: str
    text: str


@dataclass(frozen=True, slots=True)
class MachineDescribed(Event):
    """What the worker runs on."""

    machine: MachineDescription


@dataclass(frozen=True, slots=True)
class DataLoaded(Event):
    """The series are there."""

    series: SeriesSet


@dataclass(frozen=True, slots=True)
class ModelLoaded(Event):
    """The model is there and is what was configured."""

    model: ModelDescription


@dataclass(frozen=True, slots=True)
class SmallValuesChanged(Event):
    """The small-value policy altered values.

    Attributes:
        policy: "clamp" or "rescale".
        values: Number of values altered.
        items: Number of items that they belong to.
    """

    policy: str
    values: int
    items: int


@dataclass(frozen=True, slots=True)
class FellBack(Event):
    """Compiled code failed; this forecast and all later ones are eager.

    Attributes:
        cause: What happened, a full sentence.
    """

    cause: str


class FailureKind(StrEnum):
    """Why a job failed."""

    INPUT = "input"
    MEMORY = "memory"
    WORKER_DIED = "worker died"
    CANNOT_START = "cannot start"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True)
class Finished(Event):
    """The job is done. Nothing follows."""


@dataclass(frozen=True, slots=True)
class Stopped(Event):
    """The job was cancelled. Nothing follows."""


@dataclass(frozen=True, slots=True)
class Failed(Event):
    """The job failed. Nothing follows.

    Attributes:
        kind: Why.
        sentence: What happened, a full sentence.
        remedy: What the user can do, a full sentence.
        details: A traceback or the worker's last words; empty for bad input.
    """

    kind: FailureKind
    sentence: str
    remedy: str = ""
    details: str = ""


Outcome = Finished | Stopped | Failed
"""The events that end a job; every job ends with exactly one of them."""
