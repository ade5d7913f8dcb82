"""Faults to plant into one side of a validation, and the means to run single checks."""

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


def sides_for(config: CompileConfig = CAPTURED, told: list[Event] | None = None) -> Sides:
    """Fresh sides on the demo model."""
    torch._dynamo.reset()
    return make_sides(config, "cpu", JobContext((told if told is not None else []).append))


def with_backend(sides: Sides, backend: Any) -> Sides:
    """The same sides, but other code is generated for the configuration."""
    torch._dynamo.reset()
    configured = Forecaster(sides.model, sides.config, lambda _event: None, backend=backend)
    return dataclasses.replace(sides, configured=configured)


class Altered(Forecaster):
    """A forecaster whose results are changed before anyone sees them."""

    def __init__(self, one: Forecaster, change: Callable[[ForecastSet], ForecastSet]) -> None:
        self.__dict__.update(one.__dict__)
        self._change = change

    def forecast(self, *arguments: Any, **options: Any) -> ForecastResult:
        result = super().forecast(*arguments, **options)
        return dataclasses.replace(result, forecast=self._change(result.forecast))


def with_change(sides: Sides, change: Callable[[ForecastSet], ForecastSet]) -> Sides:
    """The same sides, but the configuration's forecasts are changed."""
    return dataclasses.replace(sides, configured=Altered(sides.configured, change))


def each_values(change: Callable[[Any], Any]) -> Callable[[ForecastSet], ForecastSet]:
    """A change of the values of every item."""

    def changed(forecast: ForecastSet) -> ForecastSet:
        items = (dataclasses.replace(one, values=change(one.values)) for one in forecast.items)
        return dataclasses.replace(forecast, items=tuple(items))

    return changed


def run_checks(sides: Sides, *names: str) -> list[CheckResult]:
    """The rows of some checks of the suite, in its order; of all if none is named."""
    checks = make_suite(sides, None, Validate(config=sides.config))
    chosen = [check for check in checks if not names or check.name in names]
    return [row for check in chosen for row in run_check(check)]


def statuses(rows: Sequence[CheckResult]) -> dict[str, str]:
    """How each check ended."""
    return {row.check: row.status.value for row in rows}
