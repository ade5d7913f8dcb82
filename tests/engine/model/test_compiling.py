"""Real torch.compile on the real demo model: scopes, proof, and shapes."""

from collections import Counter

import numpy as np
import pytest
import torch

from engine.data.series import SeriesSet
from engine.model.compiling import CompiledModel, resolve_scope
from engine.model.counting import cuda_graph_state
from engine.model.forecaster import Forecaster
from engine.model.loading import LoadedModel, load
from engine.results.differences import compare, series_scales
from engine.results.forecasts import ForecastSet
from tests.support.making import CAPTURED, COMPILED, EAGER, walks

pytestmark = pytest.mark.usefixtures("fresh_compiler")


def test_that_one_generated_graph_serves_all_blocks_and_all_shapes(model: LoadedModel) -> None:
    """Batch sizes 2-64, contexts 64-2048, horizons 1-64, after a first call of another shape."""
    compiled, eager = Forecaster(model, COMPILED), Forecaster(model, EAGER)
    shapes = [(8, 512, 24), (2, 64, 1), (64, 256, 64), (10, 144, 16), (9, 112, 8), (3, 2048, 48)]
    for count, length, horizon in shapes:
        series = walks(count, length)
        result = compiled.forecast(series, horizon)
        assert result.compiled
        difference = compare(
            eager.forecast(series, horizon).forecast, result.forecast, series_scales(series)
        )
        assert difference.max_relative < 1e-4
        assert difference.missing_agree
    proof = compiled.proof()
    assert proof is not None
    assert proof.scope == "blocks"
    assert (proof.graphs, proof.graph_breaks, proof.recompiles) == (1, {}, ())
    assert proof.cache_hits + proof.cache_misses == 1
    assert proof.seconds > 0
    assert proof.graph_runs == len(shapes) * len(model.pipeline.model.encoder.block)
    assert proof.cuda_graphs == "not on a CPU"


def test_that_a_second_start_takes_its_code_from_the_cache(model: LoadedModel) -> None:
    for expected_hits in (None, 1):
        torch._dynamo.reset()
        forecaster = Forecaster(model, COMPILED)
        forecaster.forecast(walks(8, 512), 24)
        proof = forecaster.proof()
        assert proof is not None
        if expected_hits is not None:
            assert (proof.cache_hits, proof.cache_misses) == (expected_hits, 0)


@pytest.mark.slow
def test_that_code_for_other_attention_kernels_is_not_taken_from_the_cache() -> None:
    settings = EAGER.replace(attention="sdpa")
    model = load(settings, "cpu")
    hits: dict[str, list[int]] = {}
    for kernels in ("math", "flash", "math"):
        torch._dynamo.reset()
        config = COMPILED.replace(attention="sdpa", sdpa_backends=(kernels,))
        forecaster = Forecaster(model, config)
        forecaster.forecast(walks(8, 512), 24)
        proof = forecaster.proof()
        assert proof is not None
        hits.setdefault(kernels, []).append(proof.cache_hits)
    assert hits["flash"] == [0]
    assert hits["math"][1] == 1


@pytest.mark.parametrize(
    ("counted", "words"),
    [
        ({}, "none recorded yet"),
        ({"cudagraph_recorded_non_static_inputs": 3}, "used"),
        (
            {"cudagraph_recorded_non_static_inputs": 3, "cudagraph_skips": 2},
            "skipped 2 times: mutated inputs",
        ),
    ],
)
def test_that_only_recorded_cuda_graphs_are_called_used(
    counted: dict[str, int], words: str
) -> None:
    counts = Counter({("inductor", name): count for name, count in counted.items()})
    assert cuda_graph_state(counts, ["mutated inputs"] * 2).startswith(words)


def test_that_a_single_row_is_the_one_recompile_and_is_named(model: LoadedModel) -> None:
    forecaster = Forecaster(model, CAPTURED)
    for count in (4, 1, 6, 1):
        forecaster.forecast(walks(count, 96), 8)
    proof = forecaster.proof()
    assert proof is not None
    assert [entry.shape for entry in proof.recompiles] == ["1 row x 96 steps, horizon 8"]
    assert "size()" in proof.recompiles[0].reason


@pytest.mark.slow
def test_that_compiling_the_whole_model_is_shown_to_break_the_graph(
    shallow_model: LoadedModel,
) -> None:
    series = walks(3, 96)
    blocks = Forecaster(shallow_model, CAPTURED)
    blocks.forecast(series, 8)
    whole = Forecaster(shallow_model, CAPTURED.replace(scope="model")).forecast(series, 8)
    assert whole.compiled
    assert whole.proof is not None
    assert whole.proof.graphs > 1
    assert sum(whole.proof.graph_breaks.values()) >= 1
    assert all(reason.strip() for reason in whole.proof.graph_breaks)
    assert_is_eager(shallow_model, series, whole.forecast)
    # torch counts for the process: what another forecaster did is not in this one's proof.
    mine = blocks.proof()
    assert mine is not None
    assert (mine.graphs, mine.graph_breaks) == (1, {})


def test_that_the_encoder_compiles_to_one_unbroken_graph(shallow_model: LoadedModel) -> None:
    series = walks(3, 96)
    result = Forecaster(shallow_model, CAPTURED.replace(scope="encoder")).forecast(series, 8)
    assert result.compiled
    proof = result.proof
    assert proof is not None
    assert (proof.scope, proof.graphs, proof.graph_runs) == ("encoder", 1, 1)
    assert not proof.graph_breaks
    assert_is_eager(shallow_model, series, result.forecast)


def assert_is_eager(model: LoadedModel, series: SeriesSet, forecast: ForecastSet) -> None:
    eager = Forecaster(model, EAGER).forecast(series, 8).forecast
    assert compare(eager, forecast, series_scales(series)).max_relative < 1e-4


def test_that_nothing_is_called_compiled_before_anything_ran(model: LoadedModel) -> None:
    proof = CompiledModel(model.pipeline, CAPTURED).proof()
    assert not proof.compiled_code_ran
    assert proof.graphs == 0


def test_that_a_call_that_bypasses_the_compiled_code_is_counted(model: LoadedModel) -> None:
    compiled = CompiledModel(model.pipeline, CAPTURED)
    with compiled.running("a call"), torch.compiler.set_stance("force_eager"):
        model.pipeline.predict([torch.ones(32)], prediction_length=8)
    proof = compiled.proof()
    assert (proof.calls, proof.uncompiled_calls, proof.graph_runs) == (1, 1, 0)
    assert not proof.compiled_code_ran


@pytest.mark.parametrize(
    ("changes", "device", "scope"),
    [
        ({}, "cpu", "blocks"),
        ({}, "cuda", "encoder"),
        ({"mode": "default"}, "cuda", "blocks"),
        ({"mode": "max-autotune"}, "cuda", "encoder"),
        ({"mode": "max-autotune-no-cudagraphs"}, "cuda", "blocks"),
        ({"mode": "default", "backend": "cudagraphs"}, "cuda", "encoder"),
        ({"scope": "model"}, "cuda", "model"),
    ],
)
def test_that_auto_takes_the_encoder_only_where_cuda_graphs_are_used(
    changes: dict[str, str], device: str, scope: str
) -> None:
    config = COMPILED.replace(**changes)
    assert resolve_scope(config, torch.device(device)) == scope


def test_that_compiled_numbers_are_finite_where_eager_is(model: LoadedModel) -> None:
    series = walks(4, 96)
    for row in (0, 2):
        series.series[row].targets[0, 10:40] = np.nan
    eager = Forecaster(model, EAGER).forecast(series, 8).forecast
    compiled = Forecaster(model, CAPTURED).forecast(series, 8)
    assert compiled.compiled
    assert all(np.isfinite(item.values).all() for item in eager.items)
    assert compare(eager, compiled.forecast, series_scales(series)).missing_agree


def test_that_a_horizon_of_several_forwards_is_compiled_throughout(model: LoadedModel) -> None:
    """Beyond the model's own horizon, one call is several forwards."""
    result = Forecaster(model, CAPTURED, lambda _event: None).forecast(walks(2, 64), 300)
    assert result.compiled
    assert result.proof is not None
    assert result.proof.graph_runs == 2 * len(model.pipeline.model.encoder.block)
