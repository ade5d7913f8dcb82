"""Forecasts by a forecaster, and faults planted in its compiled code."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import torch

from engine.data.series import SeriesSet
from engine.model import counting
from engine.model.forecaster import Forecaster

LEVELS = (0.1, 0.5, 0.9)


def values(forecaster: Forecaster, series: SeriesSet, **options: Any) -> list[np.ndarray]:
    result = forecaster.forecast(series, 16, LEVELS, **options)
    return [item.values for item in result.forecast.items]


def largest_gap(one: Forecaster, other: Forecaster, series: SeriesSet, horizon: int) -> float:
    """Return the largest difference of two forecasts, relative to the largest value."""
    both = [side.forecast(series, horizon).forecast.items for side in (one, other)]
    apart = max(np.abs(a.values - b.values).max() for a, b in zip(*both, strict=True))
    return float(apart / max(np.abs(item.values).max() for item in both[0]))


def plant(monkeypatch: pytest.MonkeyPatch, backend: Callable[..., Any]) -> None:
    """Replace the configured backend, as a torch backend of that name."""
    monkeypatch.setattr(counting, "lookup_backend", lambda _name: backend)


def raising(graph: Any, inputs: Sequence[Any]) -> Any:
    raise RuntimeError("no code today")


class FailingAt:
    """A backend whose compiled code does something wrong from a certain run on."""

    def __init__(self, first_bad_run: int, wrong: Callable[[Any], Any]) -> None:
        self.first_bad_run, self.wrong, self.runs = first_bad_run, wrong, 0

    def __call__(self, graph: torch.fx.GraphModule, inputs: Sequence[Any]) -> Any:
        def run(*arguments: Any) -> Any:
            self.runs += 1
            result = graph.forward(*arguments)
            return self.wrong(result) if self.runs >= self.first_bad_run else result

        return run


def with_nan(result: Any) -> Any:
    result[0][0, 0, 0] = float("nan")
    return result


def crash(result: Any) -> Any:
    raise ValueError("the third call broke")
