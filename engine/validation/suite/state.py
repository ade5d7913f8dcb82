"""Checks of state: a forecast does not depend on what ran before it or beside it.

Stale, aliased and overwritten outputs are faults of caches and of CUDA graphs.
"""

import dataclasses
from collections.abc import Iterator
from functools import cached_property

from engine.base.wording import counted, deviations, figure
from engine.model.forecaster import Forecaster, ForecastResult
from engine.model.loading import LoadedModel, load
from engine.results.agreement import largest_by_item, units_of
from engine.results.judgement import Status
from engine.results.limits import DEVIATIONS, limit_by_item
from engine.validation.case import Case, Group
from engine.validation.report import CheckResult
from engine.validation.suite.comparing import not_compiled
from engine.validation.suite.scenarios import candle_series, close_series
from engine.validation.suite.sides import SideForecasts, Sides, forecast_all, forecast_case

AMONG_OTHERS = "a shape before and after others"
REPEATED = "ten repeats"
TWO_FORECASTERS = "two forecasters"
RELOADED = "a reloaded model"

REPEATS = 10

Pairs = Iterator[tuple[Case, ForecastResult, ForecastResult]]
"""Cases, each with two forecasts that must be the same."""


def other_cases() -> list[Case]:
    """Return cases of other shapes: one row, an odd batch, another horizon."""
    return [
        Case(AMONG_OTHERS, Group.STATE, close_series(1)),
        Case(AMONG_OTHERS, Group.STATE, candle_series((7, 8, 9))),
        Case(AMONG_OTHERS, Group.STATE, close_series(5), horizon=40),
    ]


class State:
    """One case, forecast once for all checks, and again under other circumstances."""

    def __init__(self, sides: Sides) -> None:
        self._sides = sides
        self._case = Case("state", Group.STATE, candle_series())

    @cached_property
    def _first(self) -> SideForecasts:
        return forecast_all(self._sides, self._case)

    @cached_property
    def _limit(self) -> float:
        """Return the limit of a difference, by the error of eager."""
        truth, eager = self._first.truth.forecast, self._first.eager.forecast
        errors = largest_by_item(truth, eager, units_of(self._case.series, truth))
        return float(limit_by_item(errors).max())

    def among_other_shapes(self) -> list[CheckResult]:
        """Compare forecasts before and after forecasts of other shapes."""
        return self._judged(AMONG_OTHERS, self._pairs_among_others())

    def repeats(self) -> list[CheckResult]:
        """Compare ten forecasts of the same series."""
        again = (self._again(self._sides.configured) for _ in range(REPEATS))
        return self._judged(REPEATED, again)

    def two_forecasters(self) -> list[CheckResult]:
        """Compare two forecasters of one configuration and model, in alternation."""
        return self._judged(TWO_FORECASTERS, self._pairs_beside(self._sides.model))

    def reloaded_model(self) -> list[CheckResult]:
        """Compare a forecaster on the same weights, loaded again, in alternation."""
        model = load(self._sides.config, self._sides.model.description.device)
        return self._judged(RELOADED, self._pairs_beside(model))

    def _pairs_among_others(self) -> Pairs:
        configured, first = self._sides.configured, self._first.configured
        items = (
            dataclasses.replace(item, values=item.values.copy()) for item in first.forecast.items
        )
        kept = dataclasses.replace(
            first, forecast=dataclasses.replace(first.forecast, items=tuple(items))
        )
        for other in other_cases():
            earlier = forecast_case(configured, other)
            yield self._again(configured)
            yield other, earlier, forecast_case(configured, other)
        # Later calls must not write over the output of an earlier one.
        yield self._case, kept, first

    def _pairs_beside(self, model: LoadedModel) -> Pairs:
        other = Forecaster(model, self._sides.config, lambda _event: None)
        for _ in range(2):
            yield self._again(other)
            yield self._again(self._sides.configured)

    def _again(self, forecaster: Forecaster) -> tuple[Case, ForecastResult, ForecastResult]:
        return self._case, self._first.configured, forecast_case(forecaster, self._case)

    def _judged(self, check: str, pairs: Pairs) -> list[CheckResult]:
        largest, count = 0.0, 0
        for case, one, other in pairs:
            for forecast in (one, other):
                if excuse := not_compiled(self._sides, forecast):
                    return [CheckResult(check, Group.STATE, *excuse)]
            units = units_of(case.series, one.forecast)
            differences = largest_by_item(one.forecast, other.forecast, units)
            largest, count = max(largest, float(differences.max())), count + 1
        status = Status.PASS if largest <= self._limit else Status.FAIL
        sentence = (
            f"Largest difference in {counted(count, 'comparison')} of the same forecast: "
            f"{deviations(largest)} (limit {figure(self._limit)})."
        )
        return [CheckResult(check, Group.STATE, status, sentence, largest, self._limit, DEVIATIONS)]
