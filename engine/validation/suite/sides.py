"""The three forecasters that a validation compares: eager, the configuration, and float64."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.config.settings import CompileConfig
from engine.data.series import SeriesSet
from engine.model.cache import forecaster_for, model_for, once
from engine.model.compiling import calls_until_steady
from engine.model.forecaster import Forecaster, ForecastResult
from engine.model.loading import LoadedModel
from engine.model.reference import reference_forecaster
from engine.results.agreement import largest_by_item, units_of
from engine.results.forecasts import ForecastSet
from engine.results.limits import typical_error
from engine.results.proof import CompileProof
from engine.runtime.context import JobContext
from engine.runtime.events import Event, FellBack, FindingReported
from engine.validation.case import Case, Group
from engine.validation.report import SAMPLE_ITEMS, ComparedForecasts
from engine.validation.suite.scenarios import close_series

USUAL_ITEMS = 32
"""Items that tell the usual error of eager."""


@dataclass(frozen=True)
class Sides:
    """Forecasters on the same weights.

    Attributes:
        eager: The library's own code, not compiled, in the configured dtype.
        configured: As configured; the same object as `eager` where that is the same.
        truth: Eager in float64, the reference.
        model: The model of the configuration.
        before: The proof of `configured` before this job; None if it is new.
    """

    eager: Forecaster
    configured: Forecaster
    truth: Forecaster
    model: LoadedModel
    before: CompileProof | None = None

    @property
    def proof(self) -> CompileProof | None:
        """Return the proof of this job alone; None where compilation is off."""
        now = self.configured.proof()
        return now.since(self.before) if now and self.before else now

    @cached_property
    def usual_error(self) -> float:
        """Return the difference of eager from float64 that is usual, in standard deviations."""
        case = Case("rounding", Group.ORDINARY, close_series(USUAL_ITEMS))
        eager, truth = (forecast_case(side, case).forecast for side in (self.eager, self.truth))
        return typical_error(largest_by_item(truth, eager, units_of(case.series, truth)))

    @property
    def config(self) -> CompileConfig:
        """Return the configuration in question."""
        return self.configured.config

    @property
    def why_eager(self) -> str:
        """Return why a forecast that should be compiled is eager."""
        cause = self.configured.fallback_cause
        return f"The forecast fell back to eager. {cause}" if cause else "No compiled code ran."

    @property
    def exact(self) -> bool:
        """Return whether the configuration computes in float32, not in fewer digits."""
        return self.config.precision == "float32"


@dataclass(frozen=True, slots=True)
class SideForecasts:
    """The forecasts of one case by all sides."""

    case: Case
    eager: ForecastResult
    configured: ForecastResult
    truth: ForecastResult

    @property
    def compared(self) -> ComparedForecasts:
        """Return the series and their forecasts, to show and to keep: those that differ most."""
        everything = ComparedForecasts(
            self.case, self.eager.forecast, self.configured.forecast, self.truth.forecast
        )
        if len(self.case.series) <= SAMPLE_ITEMS:
            return everything
        order = worst_first(self.case.series, self.eager.forecast, self.configured.forecast)
        return everything.of_items(order[:SAMPLE_ITEMS])


def make_sides(config: CompileConfig, device: str, context: JobContext) -> Sides:
    """Load the models of the sides.

    Raises:
        UserError: The model cannot be loaded.
    """
    emit_once = once(context.emit)

    def emit(event: Event) -> None:
        # Every check repeats these events, and the user needs no others.
        if isinstance(event, FellBack | FindingReported):
            emit_once(event)

    # Shapes that would run in eager are tested compiled: they may be the first call's one day.
    config = config.replace(new_shapes="compile")
    configured = forecaster_for(config, device, context)
    configured.emit = emit
    model = configured.model
    eager, plain = configured, config.plain
    if config != plain:
        same = config.of_model == plain.of_model
        its_model = model if same else model_for(plain, device, context.silent())
        eager = Forecaster(its_model, plain, emit, context.check_cancelled)
    true = reference_forecaster(configured, device, context, emit)
    return Sides(eager, configured, true, model, configured.proof())


def forecast_case(forecaster: Forecaster, case: Case) -> ForecastResult:
    """Forecast a case by one side, with all quantile levels of the model."""
    with _findings_of(case, forecaster):
        return forecaster.forecast(
            case.series,
            case.horizon,
            forecaster.model.description.quantile_levels,
            context_length=case.context_length,
            batch_size=case.batch_size,
            small_values=case.small_values,
        )


@contextmanager
def _findings_of(case: Case, forecaster: Forecaster) -> Iterator[None]:
    """Report findings about your series only; those about the suite's are no news."""
    emit = forecaster.emit
    if case.group is not Group.DATA:
        forecaster.emit = lambda event: emit(event) if isinstance(event, FellBack) else None
    try:
        yield
    finally:
        forecaster.emit = emit


def forecast_all(sides: Sides, case: Case) -> SideForecasts:
    """Forecast a case by every side."""
    eager, configured = forecast_both(sides, case)
    return SideForecasts(case, eager, configured, forecast_case(sides.truth, case))


def forecast_both(sides: Sides, case: Case) -> tuple[ForecastResult, ForecastResult]:
    """Forecast a case by eager, and by the configuration until its code is in its steady state."""
    eager = configured = forecast_case(sides.eager, case)
    if sides.configured is not sides.eager:
        for _ in range(calls_until_steady(sides.config, sides.model.pipeline.model.device)):
            configured = forecast_case(sides.configured, case)
    return eager, configured


def largest_gap(one: ForecastResult, other: ForecastResult) -> float:
    """Return the largest absolute difference between two forecasts of the same shape."""
    pairs = zip(one.forecast.items, other.forecast.items, strict=True)
    return float(max(np.abs(a.values - b.values).max() for a, b in pairs))


def worst_first(series: SeriesSet, eager: ForecastSet, configured: ForecastSet) -> list[int]:
    """Return the indices of all items, those that differ most first.

    Values that only one side lacks count most, then values that both lack.
    """
    keys = []
    units = units_of(series, eager)
    for one, other, unit in zip(eager.items, configured.items, units, strict=True):
        apart = np.abs(one.values - other.values) / unit
        first, second = np.isfinite(one.values), np.isfinite(other.values)
        disagree, missing = int((first != second).sum()), int((~first).sum())
        keys.append((disagree, missing, float(np.nan_to_num(apart, posinf=0.0).max(initial=0.0))))
    return sorted(range(len(keys)), key=lambda index: keys[index], reverse=True)
