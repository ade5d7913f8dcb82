"""What a validation found, as plain values: no torch, picklable."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isnan

from engine.config.settings import CompileConfig
from engine.results.agreement import Agreement
from engine.results.forecasts import ForecastSet
from engine.results.judgement import Status
from engine.results.machine import MachineDescription
from engine.results.model import ModelDescription
from engine.results.proof import CompileProof
from engine.validation.case import Case, Group

SAMPLE_ITEMS = 64
"""Items that a compared holds at most."""


@dataclass(frozen=True, slots=True)
class Score:
    """How good forecasts were, seen from what happened.

    Attributes:
        mase: Mean absolute error of the median over that of the seasonal naive forecast within
            the history; mean over the series.
        wql: Weighted quantile loss over all levels of the forecast.
    """

    mase: float
    wql: float


@dataclass(frozen=True, slots=True)
class ComparedForecasts:
    """What a check compared: to plot, to replay, to keep as a baseline.

    Attributes:
        case: The series, at most `SAMPLE_ITEMS`; those that differ most are among them.
        eager: Their eager forecasts.
        configured: Those under the configuration.
        truth: Those of eager in float64.
    """

    case: Case
    eager: ForecastSet
    configured: ForecastSet
    truth: ForecastSet


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check and how it ended.

    Attributes:
        check: Its name, unique in a report, such as "spike".
        group: What it is about.
        status: How it ended.
        sentence: Why, a full sentence with the figure and the limit that decided.
        figure: That figure; None where none did.
        limit: That limit; None where none did.
        unit: What both count, such as "of scale".
        agreement: How far the forecasts are apart; None where none were compared.
        compared: The series and forecasts behind it; None where there are none to show.
        excused: Whether it is no fault of the configuration that the check was not run.
        scores: Accuracy by forecast ("eager", "configured", "seasonal naive"), where there is a
            holdout to score by; empty elsewhere.
    """

    check: str
    group: Group
    status: Status
    sentence: str
    figure: float | None = None
    limit: float | None = None
    unit: str = ""
    agreement: Agreement | None = None
    compared: ComparedForecasts | None = None
    excused: bool = False
    scores: Mapping[str, Score] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """A whole validation.

    Attributes:
        status: How it ended: the worst that any check ended with, and never better than its
            proof that compiled code ran.
        verdict: The answer, one sentence.
        rows: Every check, in the order in which it ran.
        config: The configuration that was validated.
        machine: What it ran on.
        model: The model that forecast.
        proof: What torch.compile did; None where nothing was to be compiled.
        fallback_cause: Why compilation was given up on the way; None while it was not.
        seconds: Time that the whole took.
    """

    status: Status
    verdict: str
    results: tuple[CheckResult, ...]
    config: CompileConfig
    machine: MachineDescription
    model: ModelDescription
    proof: CompileProof | None
    fallback_cause: str | None
    seconds: float

    @property
    def worst_first(self) -> list[CheckResult]:
        """The checks that compared something: by status, then by how far beyond the limit."""
        shown = [row for row in self.results if row.compared is not None]
        order = list(Status)
        return sorted(shown, key=lambda row: (order.index(row.status), -_excess(row)))


def _excess(row: CheckResult) -> float:
    """How many times its limit a row's figure is."""
    if row.figure is None or row.limit is None:
        return 0.0
    if isnan(row.figure):
        return float("inf")
    return row.figure / row.limit if row.limit else 0.0
