"""The fused encoder: same forecasts, same weights, and a probe that finds every fault."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.config.settings import CompileConfig
from engine.data.series import Series, SeriesSet
from engine.model.forecaster import Forecaster
from engine.model.loading import LoadedModel, describe, load
from engine.model.rewrites import block, fusing, layout
from engine.model.rewrites.encoder import FusedEncoder
from engine.results.judgement import Status
from engine.runtime.context import Cache, JobContext
from engine.runtime.events import Event, FindingReported
from engine.validation.suite.shapes import Limits, covering_shapes
from engine.validation.suite.sides import Sides, make_sides
from tests.support.forecasting import largest_gap
from tests.support.making import CAPTURED, COMPILED, EAGER, table, walks
from tests.support.planting import run_checks
from tests.support.random_models import TINY, save_random_model

FUSED = EAGER.replace(encoder="fused")
SDPA = FUSED.replace(attention="sdpa", sdpa_backends=("math", "flash"))


@pytest.fixture(scope="module")
def stock() -> LoadedModel:
    return load(EAGER, "cpu")


@pytest.fixture(scope="module")
def fused() -> LoadedModel:
    return load(FUSED, "cpu")


@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize(
    "columns",
    [{}, {"targets": 3}, {"past": 2}, {"known": 1}, {"targets": 2, "past": 1, "known": 2}],
)
def test_that_it_forecasts_what_the_librarys_encoder_does(
    stock: LoadedModel, fused: LoadedModel, columns: dict[str, int], missing: bool
) -> None:
    series = table(7, missing=missing, **columns)
    ours, theirs = Forecaster(fused, FUSED), Forecaster(stock, EAGER)
    assert fused.description.encoder == "fused"
    for horizon in (5, 24, 300):
        assert largest_gap(ours, theirs, series, horizon) < 2e-6


@pytest.mark.parametrize("config", [FUSED, SDPA])
def test_that_short_and_long_histories_are_alike(
    stock: LoadedModel, config: CompileConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(block, "SHORT", 20)
    ours, theirs = Forecaster(load(config, "cpu"), config), Forecaster(stock, EAGER)
    for length in (100, 1000):
        walk = np.random.default_rng(0).normal(size=(1, length)).cumsum(axis=1)
        series = SeriesSet((Series("walk", walk),), ("target",))
        assert largest_gap(ours, theirs, series, 24) < 2e-6


@pytest.mark.parametrize(
    "groups", [[0, 1, 2, 3, 4], [7, 7, 7, 7, 7], [1, 2, 1, 3, 2], [4, 4, 4, 0, 0]]
)
def test_that_groups_may_come_in_any_order(
    stock: LoadedModel, fused: LoadedModel, groups: list[int]
) -> None:
    x = torch.randn((5, 6, stock.pipeline.model.model_dim), generator=torch.manual_seed(1))
    with torch.no_grad():
        theirs, ours = (
            model.pipeline.model.encoder(x, group_ids=torch.tensor(groups)).last_hidden_state
            for model in (stock, fused)
        )
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-5)


def test_that_it_takes_no_copy_of_the_weights(stock: LoadedModel, tmp_path: Path) -> None:
    model = load(FUSED, "cpu").pipeline.model
    assert describe(model, "demo", tmp_path, 0.0).parameters == stock.description.parameters
    library: Any = load(EAGER, "cpu").pipeline.model
    attention = library.encoder.block[0].layer[0].self_attention
    fused: Any = FusedEncoder(library.encoder)
    stacked = fused.stack.block[0].time.qkv.weight
    for part in (attention.q, attention.k, attention.v):
        inside = part.weight.data_ptr() - stacked.data_ptr()
        assert 0 <= inside < stacked.nbytes


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_that_half_precision_stays_as_near_to_float32(dtype: str, stock: LoadedModel) -> None:
    exact = Forecaster(stock, EAGER)
    series = table(6, past=1, missing=True)
    gaps = []
    for config in (EAGER.replace(dtype=dtype), FUSED.replace(dtype=dtype)):
        model = load(config, "cpu")
        assert model.description.encoder == config.encoder
        gaps.append(largest_gap(exact, Forecaster(model, config), series, 24))
    assert gaps[1] < 2 * gaps[0]


@pytest.mark.parametrize(
    "scope", ["blocks", "encoder", pytest.param("model", marks=pytest.mark.slow)]
)
def test_that_it_compiles_at_every_scope(scope: str, tmp_path: Path) -> None:
    save_random_model(tmp_path, **TINY)
    torch._dynamo.reset()
    config = CAPTURED.replace(encoder="fused", scope=scope, model=str(tmp_path))
    model = load(config, "cpu")
    compiled, eager = Forecaster(model, config), Forecaster(model, config.replace(enabled=False))
    for series in (table(6), table(3), table(6, past=2), table(6, missing=True, known=1)):
        assert largest_gap(compiled, eager, series, 24) < 2e-6
    proof = compiled.proof()
    assert compiled.fallback_cause is None
    assert proof is not None
    assert proof.compiled_code_ran
    assert scope == "model" or not proof.breaks
    assert isinstance(model.pipeline.model.encoder, FusedEncoder)


@pytest.mark.slow
def test_that_generated_code_is_right_with_groups(fused: LoadedModel) -> None:
    # torch 2.13 generates wrong code on a CPU for attention of five dimensions.
    torch._dynamo.reset()
    config = COMPILED.replace(encoder="fused")
    compiled, eager = Forecaster(fused, config), Forecaster(fused, FUSED)
    for series in (table(6, past=2), table(5, past=2, missing=True)):
        assert largest_gap(compiled, eager, series, 24) < 2e-6
    assert compiled.fallback_cause is None


def rotary_of_the_next_position(rotate: Callable[..., Any]) -> Callable[..., Any]:
    """Rotate every other tensor, which is k, by the angle of the next position."""
    calls = []

    def wrong(x: Any, table: Any) -> Any:
        calls.append(x)
        shift = len(calls) % 2 == 0
        return rotate(x, tuple(part.roll(-1, dims=2) for part in table) if shift else table)

    return wrong


def plant(monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """Plant a fault into the rewrite."""
    attend = block.Attention.forward

    def attention(wrong: Callable[..., Any]) -> None:
        monkeypatch.setattr(block.Attention, "forward", wrong)

    if fault == "rotary":
        monkeypatch.setattr(block, "_rotate", rotary_of_the_next_position(block._rotate))
    elif fault == "mask":
        attention(lambda self, q, k, v, _hidden: attend(self, q, k, v, None))
    elif fault == "scale":
        # The library does not divide the scores by the root of the width; SDPA does by default.
        attention(lambda self, q, k, v, hidden: attend(self, q / self.width**0.5, k, v, hidden))
    elif fault == "group leak":
        by_size = layout._by_size
        monkeypatch.setattr(layout, "_by_size", lambda ids: by_size(ids // 2))
    elif fault == "group forgotten":
        by_size = layout._by_size
        monkeypatch.setattr(layout, "_by_size", lambda ids: by_size(torch.arange(len(ids))))


FAULTS = ("rotary", "mask", "scale", "group leak", "group forgotten")


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("fault", FAULTS)
def test_that_the_probe_finds_a_planted_fault(
    fault: str, dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, fault)
    model = load(FUSED.replace(dtype=dtype), "cpu")
    assert model.description.encoder == "stock"
    assert "differs from the library's on a probe" in model.description.not_fused
    (finding,) = model.findings
    assert finding.done == "The library's encoder is used."


def checks_of(sides: Sides) -> list[str]:
    """Return the names of some checks, a small shape with missing patches among them."""
    shapes = covering_shapes(Limits.of(sides.configured))
    shape = next(one for one in shapes if one.missing == "middle" and one.context > 100)
    return ["prices", "with covariates", shape.name]


@pytest.mark.parametrize("fault", FAULTS)
def test_that_a_validation_finds_a_planted_fault_that_no_probe_saw(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, fault)
    monkeypatch.setattr(fusing, "_difference", lambda *_of: "")
    sides = make_sides(FUSED, "cpu", JobContext(lambda _event: None, cache=Cache(8)))
    results = run_checks(sides, *checks_of(sides))
    assert Status.FAIL in {one.status for one in results}


def test_that_a_sound_rewrite_passes_the_same_checks() -> None:
    events: list[Event] = []
    sides = make_sides(FUSED, "cpu", JobContext(events.append, cache=Cache(8)))
    names = (*checks_of(sides), "fused encoder")
    assert [one.status for one in run_checks(sides, *names)] == [Status.PASS] * len(names)
    assert sides.eager.model.description.encoder == "stock"


def test_that_another_library_is_told_and_forecasts_its_own_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def renamed(self: Any, encoder: Any) -> None:
        raise AttributeError("'MHA' object has no attribute 'q'")

    monkeypatch.setattr(FusedEncoder, "__init__", renamed)
    model = load(FUSED, "cpu")
    assert model.description.encoder == "stock"
    events: list[Event] = []
    sides = make_sides(FUSED, "cpu", JobContext(events.append, cache=Cache(8)))
    (found,) = [event.finding for event in events if isinstance(event, FindingReported)]
    assert "does not fit this model or library: 'MHA' object has no attribute 'q'." in str(found)
    (result,) = run_checks(sides, "fused encoder")
    assert result.status is Status.FAIL
    assert Forecaster(model, FUSED).forecast(walks(), 8).forecast.items


def test_that_broken_weights_are_told_as_what_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.model.loading.broken_weights", lambda _model: ("shared.weight",))
    model = load(FUSED, "cpu")
    assert model.description.encoder == "stock"
    assert len(model.findings) == 1


def test_that_the_reference_is_the_librarys_own_code() -> None:
    config = CompileConfig(enabled=True, encoder="fused")
    assert config.plain == dataclasses.replace(config, enabled=False, encoder="stock")
    sides = make_sides(FUSED, "cpu", JobContext(lambda _event: None, cache=Cache(8)))
    assert sides.truth.model.description.encoder == "stock"
    assert sides.truth.model.description.dtype == "float64"


def test_that_a_fallback_is_compared_with_the_fused_encoder_in_eager() -> None:
    config = CAPTURED.replace(encoder="fused")
    sides = make_sides(config, "cpu", JobContext(lambda _event: None, cache=Cache(8)))
    (result,) = run_checks(sides, "fallback")
    assert result.status is Status.PASS
