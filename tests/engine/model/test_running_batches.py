"""Run the batches of a forecast: memory that runs out, a host that fails, and settings."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from engine.base.findings import Finding
from engine.model import forecaster as forecaster_module
from engine.model import work as work_module
from engine.model.forecaster import Forecaster
from engine.model.loading import LoadedModel
from engine.model.pipeline import ConfiguredPipeline
from engine.model.predicting import predict
from engine.results.shapes import BatchShape
from engine.runtime.events import Event, FindingReported
from tests.support.forecasting import values
from tests.support.making import CAPTURED, EAGER, series_set, walks

OUT_OF_MEMORY = "CUDA out of memory. Tried to allocate 20.00 GiB."


class Full:
    """Runs out of memory in the calls of some numbers; counts the rows of the others."""

    def __init__(self, run: Callable[..., Any], fails: Callable[[int, int], bool]) -> None:
        self._run, self._fails = run, fails
        self.calls, self.rows = 0, list[int]()

    def __call__(self, pipeline: Any, batch: Any, levels: Any) -> Any:
        self.calls += 1
        if self._fails(self.calls, batch.shape.rows):
            raise torch.OutOfMemoryError(OUT_OF_MEMORY)
        self.rows.append(batch.shape.rows)
        return self._run(pipeline, batch, levels)


def plant(monkeypatch: pytest.MonkeyPatch, fails: Callable[[int, int], bool]) -> Full:
    full = Full(predict, fails)
    monkeypatch.setattr(forecaster_module, "predict", full)
    return full


def findings_of(events: list[Event]) -> list[Finding]:
    return [event.finding for event in events if isinstance(event, FindingReported)]


@pytest.mark.parametrize(
    ("number", "rows"), [(1, [4, 4, 4, 4, 4]), (3, [8, 8, 2, 2]), (2, [8, 4, 4, 4])]
)
def test_that_nothing_is_lost_when_memory_runs_out(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch, number: int, rows: list[int]
) -> None:
    expected = values(Forecaster(model, EAGER), walks(20, 64))
    full = plant(monkeypatch, lambda call, _rows: call == number)
    events: list[Event] = []
    forecaster = Forecaster(model, EAGER.replace(batch_size=8), events.append)
    found = values(forecaster, walks(20, 64))
    assert full.rows == rows
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)
    (finding,) = findings_of(events)
    assert finding.what.startswith("Memory ran out at ")
    assert "half as large from now on" in finding.done


def test_that_batches_stay_small_after_memory_ran_out(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = plant(monkeypatch, lambda _call, rows: rows > 5)
    events: list[Event] = []
    forecaster = Forecaster(model, EAGER.replace(batch_size=16), events.append)
    values(forecaster, walks(16, 64))
    assert full.rows == [4, 4, 4, 4]
    assert len(findings_of(events)) == 2
    assert forecaster.batch_shapes(walks(16, 64), 8) == (BatchShape(4, 64, 8),) * 4
    values(forecaster, walks(16, 64))
    assert len(findings_of(events)) == 2


def test_that_compiled_code_that_runs_out_of_memory_stays_compiled(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, lambda call, _rows: call == 2)
    forecaster = Forecaster(model, CAPTURED.replace(batch_size=4), lambda _event: None)
    assert forecaster.forecast(walks(8, 64), 8).compiled
    assert forecaster.fallback_cause is None


def test_that_one_item_that_does_not_fit_is_an_error(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, lambda _call, _rows: True)
    with pytest.raises(torch.OutOfMemoryError):
        values(Forecaster(model, EAGER, lambda _event: None), walks(3, 64))


@pytest.mark.parametrize("part", ["make_batch", "Finished"])
def test_that_a_fault_beside_the_model_is_an_error_and_leaves_no_thread(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    def fail(*_arguments: Any, **_options: Any) -> Any:
        raise RuntimeError("the host failed")

    monkeypatch.setattr(work_module, part, fail)
    with pytest.raises(RuntimeError, match="the host failed"):
        values(Forecaster(model, EAGER.replace(batch_size=2)), walks(6, 64))


def test_that_the_configured_context_and_batch_size_hold(model: LoadedModel) -> None:
    forecaster = Forecaster(model, EAGER.replace(context_length=48, batch_size=3))
    series = series_set([np.arange(200.0), *(np.arange(90.0) for _ in range(3))])
    assert forecaster.context_for() == 48
    assert forecaster.forecast(series, 8).context_length == 48
    assert forecaster.batch_shapes(series, 8) == (BatchShape(3, 48, 8), BatchShape(1, 48, 8))
    assert forecaster.batch_shapes(series, 8, 64, 4) == (BatchShape(4, 64, 8),)
    short = values(Forecaster(model, EAGER), series.last(48))
    np.testing.assert_allclose(values(forecaster, series), short, rtol=1e-4, atol=1e-4)


def test_that_tf32_is_allowed_only_while_the_model_is_called(model: LoadedModel) -> None:
    seen: list[str] = []
    hook = model.pipeline.model.register_forward_hook(
        lambda *_call: seen.append(torch.get_float32_matmul_precision())
    )
    try:
        values(Forecaster(model, EAGER.replace(matmul_precision="high")), walks(2, 64))
        values(Forecaster(model, EAGER), walks(2, 64))
    finally:
        hook.remove()
    assert seen == ["high", "highest"]
    assert torch.get_float32_matmul_precision() == "highest"


def test_that_the_pipeline_halves_its_batches_too(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = ConfiguredPipeline(model.pipeline.model)
    events: list[Event] = []
    pipeline.forecaster = Forecaster(model, EAGER, events.append)
    frame = pd.DataFrame(
        {
            "item_id": np.repeat([f"item {number}" for number in range(12)], 50),
            "timestamp": np.tile(pd.date_range("2024-01-01", periods=50, freq="h"), 12),
            "target": np.random.default_rng(0).normal(size=600).cumsum(),
        }
    )
    expected = pipeline.predict_df(frame, prediction_length=8, freq="h")
    forward, rows = model.pipeline.model.forward, list[int]()

    def full(**inputs: Any) -> Any:
        rows.append(len(inputs["context"]))
        if rows[-1] > 4:
            raise torch.OutOfMemoryError(OUT_OF_MEMORY)
        return forward(**inputs)

    monkeypatch.setattr(model.pipeline.model, "forward", full)
    found = pipeline.predict_df(frame, prediction_length=8, freq="h")
    assert rows == [12, 6, 3, 3, 3, 3]
    assert len(findings_of(events)) == 2
    pd.testing.assert_frame_equal(found, expected, rtol=1e-4, atol=1e-4)


def test_that_a_new_shape_runs_in_eager_if_no_call_is_to_wait(
    model: LoadedModel, fresh_compiler: None
) -> None:
    events: list[Event] = []
    config = CAPTURED.replace(new_shapes="eager", dynamic="false", batch_size=8)
    forecaster = Forecaster(model, config, events.append)
    first = forecaster.forecast(walks(8, 64), 8)
    other = forecaster.forecast(walks(3, 128), 8)
    again = forecaster.forecast(walks(8, 64), 8)
    assert [one.compiled for one in (first, other, again)] == [True, False, True]
    assert again.proof is not None
    assert again.proof.graphs == first.proof.graphs  # type: ignore[union-attr]
    (finding,) = findings_of(events)
    assert finding.what == "1 of 1 call had a new shape and ran eager code."
    assert forecaster.fallback_cause is None
