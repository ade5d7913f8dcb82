"""The forecast job where both modes are compared: what the policy on both sides does is told."""

from typing import Any, TypeVar

import numpy as np
import pytest
import torch

from engine.forecast import run as forecasting
from engine.forecast.events import Compared, ForecastReady, PolicyWeighed
from engine.forecast.job import Forecast
from engine.forecast.run import run
from engine.model import counting
from engine.results.judgement import Status
from engine.runtime import events
from engine.runtime.context import JobContext
from tests.support.making import CAPTURED, series_set

Kind = TypeVar("Kind", bound=events.Event)
RETURNS = series_set([4e-4 * np.sin(np.arange(96.0) / 3)])


def told(policy: str) -> list[events.Event]:
    """What a comparison of eager and compiled says under a small-value policy."""
    said: list[events.Event] = []
    job = Forecast(
        config=CAPTURED.replace(small_values=policy),
        data=RETURNS,
        horizon=8,
        device="cpu",
        compare=True,
    )
    run(job, JobContext(said.append))
    return said


def test_that_compiled_code_is_compared_as_it_runs_once_it_is_steady(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With CUDA graphs that is a replay in the third call, which this stands in for."""
    torch._dynamo.reset()
    runs = 0

    def backend(graph: torch.fx.GraphModule, _inputs: Any) -> Any:
        def run_graph(*arguments: Any) -> Any:
            nonlocal runs
            runs += 1
            result = graph.forward(*arguments)
            # Six blocks a call: the first two calls are right.
            return [result[0] + 1, *result[1:]] if runs > 12 else result

        return run_graph

    monkeypatch.setattr(counting, "lookup_backend", lambda _name: backend)
    monkeypatch.setattr(forecasting, "calls_until_steady", lambda *_of: 3)
    said = told("keep")
    assert runs == 18
    assert only(Compared, said).judgement.status is Status.WARN
    assert len([one for one in said if isinstance(one, ForecastReady)]) == 2


def only(kind: type[Kind], said: list[events.Event]) -> Kind:
    (found,) = (event for event in said if isinstance(event, kind))
    return found


def test_that_a_policy_that_flattens_the_series_is_weighed_against_their_true_forecast() -> None:
    said = told("clamp")
    # The two sides agree, both forecast zeros; nobody is told so before the policy is weighed.
    order = [type(event) for event in said]
    assert order.index(PolicyWeighed) < order.index(Compared)
    assert only(Compared, said).judgement.status is Status.PASS
    weighed = only(PolicyWeighed, said)
    assert weighed.policy == "clamp"
    assert weighed.judgement.status is Status.WARN
    assert weighed.judgement.figure > 0.1
    assert "rescale" in weighed.judgement.sentence
    treated = next(event.forecast for event in said if isinstance(event, ForecastReady))
    spans = [np.ptp(one.items[0].values[0, :, 4]) for one in (treated, weighed.kept)]
    assert spans[1] > 10 * spans[0]


def test_that_a_policy_that_keeps_forecasts_whole_is_found_to() -> None:
    weighed = only(PolicyWeighed, told("rescale"))
    assert weighed.judgement.status is Status.PASS
    assert weighed.judgement.figure < 1e-6


def test_that_nothing_is_weighed_where_nothing_was_altered() -> None:
    assert not any(isinstance(event, PolicyWeighed) for event in told("keep"))
