"""Faults to plant into one side of a validation, and a way to run single checks."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import torch

from engine.config.settings import CompileConfig
from engine.model.forecaster import Forecaster, ForecastResult
from engine.results.forecasts import ForecastSet
from engine.runtime.context import JobContext
from engine.runtime.events import Event
from engine.validation.job import Validate
from engine.validation.report import CheckResult
from engine.validation.suite.sides import Sides, make_sides
from engine.validation.suite.suite import make_suite, run_check
from tests.support.making import CAPTURED


def sides_for(config: CompileConfig = CAPTURED, events: list[Event] | None = None) -> Sides:
    """Make new sides on the demo model."""
    torch._dynamo.reset()
    return make_sides(config, "cpu", JobContext((events if events is not None else []).append))


def with_backend(sides: Sides, backend: Any) -> Sides:
    """Return the same sides, with a backend of the test for the configuration."""
    torch._dynamo.reset()
    configured = Forecaster(sides.model, sides.config, lambda _event: None, backend=backend)
    return dataclasses.replace(sides, configured=configured)


class Altered(Forecaster):
    """A forecaster that changes its forecasts before it returns them."""

    def __init__(self, one: Forecaster, change: Callable[[ForecastSet], ForecastSet]) -> None:
        self.__dict__.update(one.__dict__)
        self._change = change

    def forecast(self, *arguments: Any, **options: Any) -> ForecastResult:
        result = super().forecast(*arguments, **options)
        return dataclasses.replace(result, forecast=self._change(result.forecast))


def with_change(sides: Sides, change: Callable[[ForecastSet], ForecastSet]) -> Sides:
    """Return the same sides, with changed forecasts of the configuration."""
    return dataclasses.replace(sides, configured=Altered(sides.configured, change))


def each_values(change: Callable[[Any], Any]) -> Callable[[ForecastSet], ForecastSet]:
    """Return a change of the values of every item."""

    def changed(forecast: ForecastSet) -> ForecastSet:
        items = (dataclasses.replace(one, values=change(one.values)) for one in forecast.items)
        return dataclasses.replace(forecast, items=tuple(items))

    return changed


def run_checks(sides: Sides, *names: str) -> list[CheckResult]:
    """Run the named checks of the suite, in its order; all checks if none is named."""
    checks = make_suite(sides, None, Validate(config=sides.config))
    chosen = [check for check in checks if not names or check.name in names]
    return [result for check in chosen for result in run_check(check)]


def statuses(results: Sequence[CheckResult]) -> dict[str, str]:
    """Return the status of each check."""
    return {result.check: result.status.value for result in results}
