"""The results of checks, and the report on a validation."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan

from engine.config.settings import CompileConfig
from engine.results.agreement import Agreement
from engine.results.forecasts import ForecastSet
from engine.results.judgement import Status
from engine.results.machine import MachineDescription
from engine.results.model import ModelDescription
from engine.results.proof import CompileProof
from engine.results.shapes import BatchShape
from engine.validation.case import Case, Group

SAMPLE_ITEMS = 64
"""The most items that `ComparedForecasts` holds."""


@dataclass(frozen=True, slots=True)
class Score:
    """How accurate forecasts were on held-out steps.

    Attributes:
        mase: Mean absolute error of the median over that of the seasonal naive forecast in the
            history, mean over the series.
        wql: Weighted quantile loss over all levels of the forecast.
    """

    mase: float
    wql: float


@dataclass(frozen=True, slots=True)
class ComparedForecasts:
    """The forecasts that a check compared: to plot, to replay, to keep as a baseline.

    Attributes:
        case: The series, at most `SAMPLE_ITEMS`, among them those that differ most.
        eager: The eager forecasts.
        configured: The forecasts under the configuration.
        truth: The forecasts of eager in float64.
        whole: The case with all of its series; None if `case` has them.
    """

    case: Case
    eager: ForecastSet
    configured: ForecastSet
    truth: ForecastSet
    whole: Case | None = None

    @property
    def replayed(self) -> Case:
        """Return the case to run again: with all series, because a fault may need the batch."""
        return self.whole or self.case

    def of_items(self, indices: Sequence[int]) -> "ComparedForecasts":
        """Return some items of the comparison."""
        return ComparedForecasts(
            dataclasses.replace(self.case, series=self.case.series.of_items(indices)),
            self.eager.of_items(indices),
            self.configured.of_items(indices),
            self.truth.of_items(indices),
            self.replayed,
        )


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How one check ended.

    Attributes:
        check: Name of the check, unique in a report, such as "spike".
        group: Its subject.
        status: How it ended.
        sentence: Why, a full sentence with the figure and the limit that decided.
        figure: That figure; None if no figure decided.
        limit: That limit; None if no limit decided.
        unit: The unit of both, such as "standard deviations".
        agreement: How far the forecasts are apart; None where none were compared.
        compared: The series and forecasts behind it; None where there are none.
        excused: Whether the configuration is not to blame for a check that did not run.
        shapes: The batches whose forecasts were all compared with eager's.
        scores: Accuracy by forecast ("eager", "configured", "seasonal naive") on held-out steps;
            empty where none are held out.
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
    shapes: tuple[BatchShape, ...] = ()
    scores: Mapping[str, Score] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """A whole validation.

    Attributes:
        status: The worst status of all checks.
        verdict: Whether to use the configuration, and which check decided.
        results: How every check ended, in order.
        config: The configuration in question.
        machine: The machine.
        model: The model.
        proof: What torch.compile did; None where compilation is off.
        fallback_cause: Why compilation was given up; None if it was not.
        seconds: Duration of the validation.
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
        """Return the checks that compared forecasts, by status, then by figure over limit."""
        shown = [result for result in self.results if result.compared is not None]
        order = list(Status)
        return sorted(shown, key=lambda one: (order.index(one.status), -_excess(one)))


def _excess(result: CheckResult) -> float:
    """Return a figure over its limit."""
    if result.figure is None or result.limit is None:
        return 0.0
    if isnan(result.figure):
        return float("inf")
    return result.figure / result.limit if result.limit else 0.0
