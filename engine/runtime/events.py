"""The events that every kind of job shares: typed, frozen, and free of torch."""

from dataclasses import dataclass
from enum import StrEnum

from engine.base.findings import Finding
from engine.data.series import SeriesSet
from engine.results.machine import MachineDescription
from engine.results.model import ModelDescription


class Event:
    """A message from a running job."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Progress(Event):
    """How far a stage has come.

    Attributes:
        stage: The stage, in words for people.
        done: Units finished; 0 if they cannot be counted.
        total: Units in all; None if unknown.
        unit: The unit in progress, in words for people; empty if it has no name.
    """

    stage: str
    done: int = 0
    total: int | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class FindingReported(Event):
    """A warning or advice for the user."""

    finding: Finding


@dataclass(frozen=True, slots=True)
class Logged(Event):
    """A line of the worker's log.

    Attributes:
        level: As in `logging`, such as 30 for a warning.
        logger: The logger's name.
        text: The message, with its traceback if it has one.
    """

    level: int
    logger: str
    text: str


@dataclass(frozen=True, slots=True)
class MachineDescribed(Event):
    """The machine that the worker runs on."""

    machine: MachineDescription


@dataclass(frozen=True, slots=True)
class DataLoaded(Event):
    """The series were read."""

    series: SeriesSet


@dataclass(frozen=True, slots=True)
class ModelLoaded(Event):
    """The model was loaded, and is the configured one."""

    model: ModelDescription


@dataclass(frozen=True, slots=True)
class SmallValuesChanged(Event):
    """The small-value policy changed values.

    Attributes:
        policy: "clamp" or "rescale".
        values: Number of values changed.
        items: Number of items that hold them.
    """

    policy: str
    values: int
    items: int


@dataclass(frozen=True, slots=True)
class FellBack(Event):
    """Compiled code failed: this forecast and all later ones run eager.

    Attributes:
        cause: What happened, a full sentence.
    """

    cause: str


class FailureKind(StrEnum):
    """Why a job failed."""

    INPUT = "input"
    MODEL = "model"
    MEMORY = "memory"
    WORKER_DIED = "worker died"
    CANNOT_START = "cannot start"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True)
class Finished(Event):
    """The job is done. No event follows."""


@dataclass(frozen=True, slots=True)
class Stopped(Event):
    """The job was cancelled. No event follows."""


@dataclass(frozen=True, slots=True)
class Failed(Event):
    """The job failed. No event follows.

    Attributes:
        kind: Why.
        sentence: What happened, a full sentence.
        remedy: What the user can do, a full sentence; empty if there is nothing to do.
        details: A traceback, or the last lines of the worker; empty for bad input.
    """

    kind: FailureKind
    sentence: str
    remedy: str = ""
    details: str = ""


Ending = Finished | Stopped | Failed
"""The events that end a job; every job ends with exactly one of them."""
