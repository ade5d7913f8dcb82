"""The fallback to eager, on the real demo model with faults planted in compiled code."""

import warnings
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import torch
from torch._dynamo.exc import BackendCompilerFailed

from engine.base.errors import Cancelled
from engine.model.forecaster import Forecaster
from engine.model.loading import LoadedModel
from engine.runtime.events import Event, FellBack, FindingReported, SmallValuesChanged
from tests.support.forecasting import LEVELS, FailingAt, crash, plant, raising, values, with_nan
from tests.support.making import CAPTURED, EAGER, series_set, walks

pytestmark = pytest.mark.usefixtures("fresh_compiler")


def test_that_a_compile_that_raises_gives_the_eager_forecast_and_turns_compilation_off(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, raising)
    events: list[Event] = []
    forecaster = Forecaster(model, CAPTURED, events.append)
    series = walks(3, 64)
    first = forecaster.forecast(series, 16, LEVELS)
    second = forecaster.forecast(series, 16, LEVELS)
    fallbacks = [event for event in events if isinstance(event, FellBack)]
    assert len(fallbacks) == 1
    assert "no code today" in fallbacks[0].cause
    assert not first.compiled
    assert not second.compiled
    for item, eager in zip(
        first.forecast.items, values(Forecaster(model, EAGER), series), strict=True
    ):
        np.testing.assert_array_equal(item.values, eager)


def test_that_after_a_fallback_small_values_are_what_they_are_in_eager(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, raising)
    small = series_set([1e-4 * row.targets[0] / 100 for row in walks(2, 64).series])
    events: list[Event] = []
    forecaster = Forecaster(model, CAPTURED.replace(small_values="auto"), events.append)
    first, second = values(forecaster, small), values(forecaster, small)
    eager = values(Forecaster(model, EAGER), small)
    for found in (first, second):
        np.testing.assert_array_equal(found, eager)
    assert not any(isinstance(event, SmallValuesChanged) for event in events)


def test_that_a_backend_failure_is_not_hidden_from_torch(model: LoadedModel) -> None:
    """Guard the test above: torch really raises, it does not run eager by itself."""
    with pytest.raises(BackendCompilerFailed):
        torch.compile(torch.nn.Linear(2, 2), backend=raising)(torch.ones(1, 2))


@pytest.mark.parametrize(
    ("wrong", "words"), [(with_nan, "NaN or infinity"), (crash, "the third call broke")]
)
def test_that_compiled_code_that_turns_bad_is_replaced_by_eager(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch, wrong: Callable[[Any], Any], words: str
) -> None:
    blocks = len(model.pipeline.model.encoder.block)
    plant(monkeypatch, FailingAt(2 * blocks + 1, wrong))
    events: list[Event] = []
    forecaster = Forecaster(model, CAPTURED, events.append)
    series = walks(8, 64)
    result = forecaster.forecast(series, 16, LEVELS, batch_size=2)
    causes = [event.cause for event in events if isinstance(event, FellBack)]
    assert len(causes) == 1
    assert words in causes[0]
    assert not result.compiled
    assert result.proof is not None
    assert result.proof.graph_runs >= 2 * blocks
    for item, eager in zip(
        result.forecast.items,
        values(Forecaster(model, EAGER), series, batch_size=2),
        strict=True,
    ):
        np.testing.assert_allclose(item.values, eager, rtol=1e-5, atol=1e-4)


def test_that_nothing_is_kept_of_what_compiled_code_gave_before_it_failed(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs_of_two_batches = 2 * len(model.pipeline.model.encoder.block)

    def wrong(result: Any) -> Any:
        if backend.runs > runs_of_two_batches:
            crash(result)
        return [result[0] + 1, *result[1:]]

    backend = FailingAt(1, wrong)
    plant(monkeypatch, backend)
    series = walks(8, 64)
    forecaster = Forecaster(model, CAPTURED, lambda _event: None)
    found = values(forecaster, series, batch_size=2)
    assert backend.runs > runs_of_two_batches
    eager = values(Forecaster(model, EAGER), series, batch_size=2)
    np.testing.assert_array_equal(found, eager)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, Cancelled])
def test_that_an_interrupt_is_no_reason_to_fall_back(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch, stop: type[BaseException]
) -> None:
    def interrupt(_result: Any) -> Any:
        raise stop

    plant(monkeypatch, FailingAt(1, interrupt))
    forecaster = Forecaster(model, CAPTURED, lambda _event: None)
    with pytest.raises(stop):
        forecaster.forecast(walks(2, 64), 8)
    assert forecaster.fallback_cause is None


def test_that_the_forecaster_stops_between_batches(model: LoadedModel) -> None:
    seen: list[Event] = []

    def stop_after_two() -> None:
        if len(seen) == 2:
            raise Cancelled

    forecaster = Forecaster(model, EAGER, seen.append, stop_after_two)
    with pytest.raises(Cancelled):
        forecaster.forecast(walks(10, 32), 8, batch_size=1)
    assert len(seen) == 2


def test_that_code_that_torch_gives_up_on_is_a_fallback(model: LoadedModel) -> None:
    """With fixed shapes, torch recompiles a few times and would then silently run eager."""
    events: list[Event] = []
    forecaster = Forecaster(model, CAPTURED.replace(dynamic="false"), events.append)
    results = [forecaster.forecast(walks(2, 16 * patches), 8, LEVELS) for patches in range(2, 14)]
    assert results[0].compiled
    assert not results[-1].compiled
    proof = results[-1].proof
    assert proof is not None
    assert "2 rows x 48 steps, horizon 8" in [entry.shape for entry in proof.recompiles]
    causes = [event.cause for event in events if isinstance(event, FellBack)]
    assert len(causes) == 1
    assert "limit" in causes[0]


def test_that_batches_that_ran_eager_code_are_reported(model: LoadedModel) -> None:
    events: list[Event] = []
    forecaster = Forecaster(model, CAPTURED, events.append)
    with torch.compiler.set_stance("force_eager"):
        result = forecaster.forecast(walks(2, 64), 8)
    assert not result.compiled
    assert result.proof is not None
    assert not result.proof.compiled_code_ran
    found = [event.finding.what for event in events if isinstance(event, FindingReported)]
    assert found == ["1 of 1 call ran eager code although compilation is on."]


@pytest.mark.parametrize("error", [MemoryError(), torch.OutOfMemoryError("CUDA out of memory")])
def test_that_memory_that_runs_out_in_compiled_code_gives_the_eager_forecast(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    held: list[weakref.ref[torch.Tensor]] = []

    def run_out(result: Any) -> Any:
        activations = result[0].clone()
        held.append(weakref.ref(activations))
        raise type(error)(*error.args)

    plant(monkeypatch, FailingAt(1, run_out))
    events: list[Event] = []
    forecaster = Forecaster(model, CAPTURED, events.append)
    freed: list[bool] = []
    block = model.pipeline.model.encoder.block[0]
    hook = block.register_forward_pre_hook(
        lambda _block, _inputs: freed.append(bool(held) and held[0]() is None)
    )
    try:
        result = forecaster.forecast(walks(2, 64), 8)
    finally:
        hook.remove()
    assert not result.compiled
    assert [event for event in events if isinstance(event, FellBack)]
    # The last call is eager's: by then nothing of the failed one takes memory any more.
    assert freed[-1]


def test_that_torchs_advice_to_be_less_exact_is_no_fault(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def advising(graph: torch.fx.GraphModule, _inputs: Sequence[Any]) -> Any:
        # What torch says on a GPU of 2020 or later while it compiles.
        warnings.warn("TensorFloat32 tensor cores for float32 are not enabled.", stacklevel=1)
        return graph.forward

    plant(monkeypatch, advising)
    forecaster = Forecaster(model, CAPTURED)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert forecaster.forecast(walks(2, 64), 8).compiled
    assert forecaster.fallback_cause is None
