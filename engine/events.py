"""What a job says while it runs: typed, frozen, picklable, and free of torch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

# Whoever only tells events apart, such as a window that starts, needs none of what they carry.
if TYPE_CHECKING:
    from engine.benchmark.samples import (
        Conditions,
        Energy,
        OutputCheck,
        Sample,
        ScalePoint,
        Setup,
        SideFacts,
        Start,
    )
    from engine.benchmark.statistics import Interval
    from engine.benchmark.summary import Summary
    from engine.benchmark.verdict import Verdict
    from engine.data.series import SeriesSet
    from engine.evidence import (
        CallSplit,
        Comparison,
        CompileProof,
        MachineDescription,
        ModelDescription,
    )
    from engine.findings import Finding
    from engine.forecasts import ForecastSet
    from engine.validation.judging import Judgement
    from engine.validation.report import Report, Row


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
class Checked(Event):
    """The configuration was judged.

    Attributes:
        findings: What is wrong or unwise, worst first.
    """

    findings: tuple[Finding, ...]


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


@dataclass(frozen=True, slots=True)
class ForecastReady(Event):
    """A whole forecast is there.

    Attributes:
        compiled: Whether every call ran compiled code; False for eager and after a fallback.
        forecast: The forecast.
        split: Where the time went.
        proof: What torch.compile did for it; None where nothing was meant to be compiled.
    """

    compiled: bool
    forecast: ForecastSet
    split: CallSplit
    proof: CompileProof | None


@dataclass(frozen=True, slots=True)
class Compared(Event):
    """The eager and the compiled forecast were compared.

    Attributes:
        comparison: How far they are apart.
        judgement: Whether that is too far.
    """

    comparison: Comparison
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class PolicyWeighed(Event):
    """What the small-value policy does to forecasts was found out, in eager.

    Attributes:
        policy: "clamp" or "rescale".
        kept: The forecast of the values as they are.
        judgement: Whether the policy moves forecasts too far from it.
    """

    policy: str
    kept: ForecastSet
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class RowJudged(Event):
    """One check of a validation ended."""

    row: Row


@dataclass(frozen=True, slots=True)
class Validated(Event):
    """A validation is complete."""

    report: Report


@dataclass(frozen=True, slots=True)
class BenchmarkBegan(Event):
    """A benchmark knows what it compares."""

    setup: Setup


@dataclass(frozen=True, slots=True)
class StartMeasured(Event):
    """A fresh process came to its first forecast."""

    start: Start


@dataclass(frozen=True, slots=True)
class SampleTaken(Event):
    """A call was timed."""

    sample: Sample


@dataclass(frozen=True, slots=True)
class SpeedEstimated(Event):
    """The speed of B relative to A, as it looks so far; at most ten a second."""

    speed: Interval


@dataclass(frozen=True, slots=True)
class SideDescribed(Event):
    """What is known of a side, in the place of what was known before."""

    facts: SideFacts


@dataclass(frozen=True, slots=True)
class OutputCompared(Event):
    """A side's forecast was compared with an eager one."""

    check: OutputCheck


@dataclass(frozen=True, slots=True)
class SamplingEnded(Event):
    """A and B have taken their turns.

    Attributes:
        why: What ended it, for people.
        conditions: The machine meanwhile.
    """

    why: str
    conditions: Conditions


@dataclass(frozen=True, slots=True)
class EnergyMeasured(Event):
    """The energy of a side's calls is known."""

    energy: Energy


@dataclass(frozen=True, slots=True)
class ShapeMeasured(Event):
    """A side was timed at another shape."""

    point: ScalePoint


@dataclass(frozen=True, slots=True)
class Benchmarked(Event):
    """A benchmark is complete."""

    summary: Summary
    verdict: Verdict


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
