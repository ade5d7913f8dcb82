"""How a forecast runs the functions of an artifact; here they are the same functions in eager."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.config.settings import CompileConfig
from engine.model.artifacts import running
from engine.model.artifacts.functions import ALONE, FEED_FORWARD, PARTS, TIME, TIME_MASKED, Function
from engine.model.artifacts.opening import blocks_of
from engine.model.forecaster import Forecaster
from engine.model.loading import LoadedModel, load
from engine.runtime.events import Event, FellBack
from tests.support.checkpoints import make_tiny
from tests.support.forecasting import largest_gap, values
from tests.support.making import COMPILED, table, walks

INPUTS = {TIME: 3, TIME_MASKED: 4, ALONE: 1, FEED_FORWARD: 1}
"""Number of inputs of a function, before its weights."""


class EagerCode:
    """The functions of an artifact, not compiled."""

    def __init__(self, model: LoadedModel, config: CompileConfig) -> None:
        block = blocks_of(model, config)[0]
        self.functions = {name: Function(name, block) for name in PARTS}
        self.called: list[str] = []

    def run(self, function: str, tensors: list[Tensor]) -> Tensor:
        self.called.append(function)
        assert all(tensor.is_contiguous() for tensor in tensors)
        count = INPUTS[function]
        (x, *more), weights = tensors[:count], tensors[count:]
        inputs = (x, tuple(more[:2]), *more[2:]) if more else (x,)
        found: Tensor = self.functions[function](inputs, tuple(weights))
        return found


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> CompileConfig:
    folder: Path = tmp_path_factory.mktemp("checkpoint") / "model"
    return COMPILED.replace(model=str(make_tiny(folder)), encoder="fused", artifact="elsewhere")


@pytest.fixture(scope="module")
def model(config: CompileConfig) -> LoadedModel:
    return load(config.replace(enabled=False), "cpu")


@pytest.fixture
def code(model: LoadedModel, config: CompileConfig, monkeypatch: pytest.MonkeyPatch) -> EagerCode:
    found = EagerCode(model, config)
    monkeypatch.setattr(running, "open_artifact", lambda _model, _config: found)
    return found


@pytest.mark.parametrize(
    ("columns", "missing", "called"),
    [
        ({}, False, {TIME, ALONE}),
        ({}, True, {TIME_MASKED, ALONE}),
        ({"targets": 3}, False, {TIME, FEED_FORWARD}),
        ({"targets": 2, "past": 1, "known": 2}, True, {TIME_MASKED, FEED_FORWARD}),
    ],
)
def test_that_masks_and_groups_choose_the_functions(
    model: LoadedModel,
    config: CompileConfig,
    code: EagerCode,
    columns: dict[str, int],
    missing: bool,
    called: set[str],
) -> None:
    ahead = Forecaster(model, config)
    eager = Forecaster(model, config.replace(enabled=False))
    assert largest_gap(ahead, eager, table(7, missing=missing, **columns), 24) < 2e-6
    assert set(code.called) == called


def test_that_the_proof_counts_each_call(
    model: LoadedModel, config: CompileConfig, code: EagerCode
) -> None:
    forecaster = Forecaster(model, config)
    for batch_size, calls in ((8, 1), (3, 4)):
        result = forecaster.forecast(walks(8, 64), 16, batch_size=batch_size)
        assert result.compiled
        assert result.proof is not None
        assert result.proof.ahead_of_time
        assert result.proof.compiled_code_ran
        assert (result.proof.calls, result.proof.compilations) == (calls, ())
        assert result.proof.graph_runs == calls * len(model.pipeline.model.encoder.stack.block)


def test_that_a_call_without_its_code_is_no_compiled_call(
    model: LoadedModel, config: CompileConfig, code: EagerCode
) -> None:
    ahead = running.AheadModel(model, config)
    with ahead.running("nothing"):
        pass
    proof = ahead.proof()
    assert (proof.calls, proof.uncompiled_calls, proof.compiled_code_ran) == (1, 1, False)


@pytest.mark.parametrize("words", ["the second block broke", "NaN or infinity"])
def test_that_code_that_fails_at_a_call_is_replaced_by_eager(
    model: LoadedModel,
    config: CompileConfig,
    code: EagerCode,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = code.run

    def wrong(function: str, tensors: list[Tensor]) -> Tensor:
        found = run(function, tensors)
        if len(code.called) < 3:
            return found
        if "NaN" in words:
            return torch.full_like(found, float("nan"))
        raise RuntimeError(words)

    monkeypatch.setattr(code, "run", wrong)
    events: list[Event] = []
    series = walks(5, 64)
    forecaster = Forecaster(model, config, events.append)
    first, second = values(forecaster, series), values(forecaster, series)
    (cause,) = [event.cause for event in events if isinstance(event, FellBack)]
    assert words in cause
    eager = values(Forecaster(model, config.replace(enabled=False)), series)
    for found in (first, second):
        np.testing.assert_array_equal(found, eager)
