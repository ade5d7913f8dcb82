"""The forecaster on the real demo model; compiled means real torch.compile."""

import os
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch._inductor.runtime.cache_dir_utils import default_cache_dir

from engine.base.errors import UserError
from engine.config.settings import CompileConfig
from engine.data.series import Series, SeriesSet
from engine.model.forecaster import Forecaster
from engine.model.loading import LoadedModel, load
from engine.model.production import load_forecaster
from engine.runtime.events import Event, FindingReported, SmallValuesChanged
from tests.support.forecasting import LEVELS, FailingAt, plant, values
from tests.support.making import CAPTURED, EAGER, series_set, walks

pytestmark = pytest.mark.usefixtures("fresh_compiler")


def library(model: LoadedModel, inputs: Any) -> list[np.ndarray]:
    quantiles, _ = model.pipeline.predict_quantiles(
        inputs, prediction_length=16, quantile_levels=list(LEVELS)
    )
    return [entry.numpy() for entry in quantiles]


def test_that_eager_gives_what_the_library_gives(model: LoadedModel) -> None:
    series = walks(3, 200)
    expected = library(model, [torch.tensor(item.targets) for item in series.series])
    for mine, theirs in zip(values(Forecaster(model, EAGER), series), expected, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_that_a_mixture_of_lengths_keeps_its_order_and_its_forecasts(model: LoadedModel) -> None:
    generator = np.random.default_rng(3)
    lengths = [40, 900, 3, 2500, 128, 1]
    series = series_set([50 + generator.normal(size=length).cumsum() for length in lengths])
    forecaster = Forecaster(model, EAGER)
    together = forecaster.forecast(series, 16, LEVELS, batch_size=4).forecast
    assert [item.item_id for item in together.items] == [item.item_id for item in series.series]
    for index, item in enumerate(together.items):
        single = series_set([series.series[index].targets])
        np.testing.assert_allclose(item.values, values(forecaster, single)[0], rtol=1e-4, atol=1e-4)


def test_that_targets_and_covariates_are_forecast_as_the_library_does(model: LoadedModel) -> None:
    generator = np.random.default_rng(5)
    targets, past, known = (
        generator.normal(size=(2, 100)),
        generator.normal(size=(1, 100)),
        generator.normal(size=(1, 116)),
    )
    series = SeriesSet(
        (Series("shop", targets, past_covariates=past, known_covariates=known),),
        ("sales", "returns"),
        ("weather",),
        ("price",),
    )
    expected = library(
        model,
        [
            {
                "target": targets,
                "past_covariates": {"weather": past[0], "price": known[0, :100]},
                "future_covariates": {"price": known[0, 100:]},
            }
        ],
    )
    mine = values(Forecaster(model, EAGER), series)[0]
    assert mine.shape == (2, 16, 3)
    np.testing.assert_array_equal(mine, expected[0])


def test_that_a_known_covariate_shorter_than_the_horizon_is_unknown_beyond(
    model: LoadedModel,
) -> None:
    generator = np.random.default_rng(6)
    target, known = generator.normal(size=(1, 64)), generator.normal(size=(1, 70))
    given = SeriesSet((Series("a", target, known_covariates=known),), ("y",), (), ("x",))
    padded = np.concatenate([known, np.full((1, 10), np.nan)], axis=1)
    explicit = SeriesSet((Series("a", target, known_covariates=padded),), ("y",), (), ("x",))
    forecaster = Forecaster(model, EAGER)
    np.testing.assert_array_equal(values(forecaster, given)[0], values(forecaster, explicit)[0])


@pytest.mark.parametrize(("known_steps", "is_reported"), [(80, False), (79, True), (64, True)])
def test_that_a_covariate_that_is_not_known_to_the_horizons_end_is_reported(
    known_steps: int, is_reported: bool, model: LoadedModel
) -> None:
    known = np.random.default_rng(6).normal(size=(1, known_steps))
    item = Series("shop", walks(1, 64).series[0].targets, known_covariates=known)
    events: list[Event] = []
    series = SeriesSet((item,), ("y",), (), ("x",))
    Forecaster(model, EAGER, events.append).forecast(series, 16, LEVELS)
    reported = [str(event.finding) for event in events if isinstance(event, FindingReported)]
    assert reported == is_reported * [
        "Covariates with a known future have no values for some of the 16 steps to forecast, in 1 "
        "item (shop). The forecast treats these values as missing. Add their future values, or "
        "choose a shorter horizon."
    ]


def test_that_missing_values_are_missing_and_not_zero(model: LoadedModel) -> None:
    target = walks(1, 128).series[0].targets
    gaps, zeros = target.copy(), target.copy()
    gaps[0, 50:70], zeros[0, 50:70] = np.nan, 0.0
    forecaster = Forecaster(model, EAGER)
    with_gaps, with_zeros = (
        values(forecaster, series_set([gaps[0]])),
        values(forecaster, series_set([zeros[0]])),
    )
    assert np.isfinite(with_gaps[0]).all()
    assert np.abs(with_gaps[0] - with_zeros[0]).max() > 1


def test_that_only_the_configured_context_is_looked_at(model: LoadedModel) -> None:
    long = walks(1, 300).series[0].targets
    forecaster = Forecaster(model, EAGER)
    limited = values(forecaster, series_set([long]), context_length=64)[0]
    np.testing.assert_array_equal(limited, values(forecaster, series_set([long[:, -64:]]))[0])


def test_that_compiled_agrees_with_eager_and_is_proven(model: LoadedModel) -> None:
    series = walks(5, 200)
    forecaster = Forecaster(model, CAPTURED)
    result = forecaster.forecast(series, 16, LEVELS)
    assert result.compiled
    assert result.proof is not None
    assert result.proof.graphs == 1
    assert result.proof.graph_runs == len(model.pipeline.model.encoder.block)
    for item, eager in zip(
        result.forecast.items, values(Forecaster(model, EAGER), series), strict=True
    ):
        np.testing.assert_allclose(item.values, eager, rtol=1e-5, atol=1e-4)


def test_that_a_compiled_forecaster_leaves_the_shared_model_eager(model: LoadedModel) -> None:
    blocks = list(model.pipeline.model.encoder.block)
    Forecaster(model, CAPTURED).forecast(walks(2, 64), 8, LEVELS)
    assert list(model.pipeline.model.encoder.block) == blocks


def test_that_rescale_leaves_the_forecast_of_small_numbers_unchanged(model: LoadedModel) -> None:
    ordinary = walks(2, 128)
    power = 2.0**-20
    small = series_set([item.targets * power for item in ordinary.series])
    events: list[Event] = []
    rescaled = Forecaster(model, EAGER.replace(small_values="rescale"), events.append)
    for mine, theirs in zip(
        values(rescaled, small), values(Forecaster(model, EAGER), ordinary), strict=True
    ):
        np.testing.assert_allclose(mine / power, theirs, rtol=1e-5, atol=1e-4)
    assert [event for event in events if isinstance(event, SmallValuesChanged)] == [
        SmallValuesChanged("rescale", 256, 2)
    ]


def test_that_clamp_says_how_many_values_it_took(model: LoadedModel) -> None:
    target = walks(1, 64).series[0].targets.copy()
    target[0, :5] = 5e-4
    events: list[Event] = []
    Forecaster(model, EAGER.replace(small_values="clamp"), events.append).forecast(
        series_set([target[0], np.ones(9)]), 8
    )
    assert SmallValuesChanged("clamp", 5, 1) in events


@pytest.mark.parametrize("scale", [1e30, 1e-30, 1e38])
def test_that_numbers_at_the_edge_of_float32_are_forecast_like_ordinary_ones(
    model: LoadedModel, scale: float
) -> None:
    ordinary = walks(1, 64)
    extreme = series_set([ordinary.series[0].targets * scale])
    forecaster = Forecaster(model, EAGER)
    np.testing.assert_allclose(
        values(forecaster, extreme)[0] / scale, values(forecaster, ordinary)[0], rtol=1e-4
    )


def test_that_a_small_variation_on_a_large_level_is_forecast(model: LoadedModel) -> None:
    ordinary = walks(1, 64)
    raised = series_set([ordinary.series[0].targets + 1e9])
    forecaster = Forecaster(model, EAGER)
    np.testing.assert_allclose(
        values(forecaster, raised)[0] - 1e9, values(forecaster, ordinary)[0], atol=1e-3
    )


def test_that_a_series_without_an_observation_is_reported(model: LoadedModel) -> None:
    events: list[Event] = []
    series = series_set([np.full(20, np.nan), np.arange(20.0)])
    Forecaster(model, EAGER, events.append).forecast(series, 4)
    (noticed,) = [event.finding for event in events if isinstance(event, FindingReported)]
    assert "no observed value" in noticed.what
    assert noticed.where == ("item_0",)


def test_that_a_forecast_that_is_not_finite_is_reported() -> None:
    """Weights this large are finite; their products are not."""
    model = load(EAGER, "cpu")
    with torch.no_grad():
        next(model.pipeline.model.output_patch_embedding.parameters()).fill_(3e38)
    events: list[Event] = []
    Forecaster(model, EAGER, events.append).forecast(walks(2, 64), 4)
    (noticed,) = [event.finding for event in events if isinstance(event, FindingReported)]
    assert "NaN or infinity" in noticed.what


def test_that_threads_may_share_a_model(model: LoadedModel) -> None:
    """Eager and compiled at once: each gets its own code, whichever thread comes first."""
    series = walks(3, 64)
    forecasters = [Forecaster(model, CAPTURED), Forecaster(model, EAGER)]
    expected = values(forecasters[1], series)
    compiled: list[bool] = []

    def work(forecaster: Forecaster) -> None:
        for _ in range(20):
            result = forecaster.forecast(series, 16, LEVELS)
            compiled.append(result.compiled is forecaster.config.enabled)
            for item, eager in zip(result.forecast.items, expected, strict=True):
                np.testing.assert_allclose(item.values, eager, rtol=1e-5, atol=1e-4)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work, forecasters[index % 2]) for index in range(4)]:
            done.result(timeout=120)
    assert all(compiled)
    assert [one.fallback_cause for one in forecasters] == [None, None]


def test_that_a_forecaster_that_is_made_while_another_runs_takes_no_compiled_part_for_eager(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = list(model.pipeline.model.encoder.block)
    with ThreadPoolExecutor(1) as pool:
        made: list[Future[Forecaster]] = []

        def make_another(result: Any) -> Any:
            if not made:
                made.append(pool.submit(Forecaster, model, CAPTURED))
                wait(made, timeout=0.5)
            return result

        plant(monkeypatch, FailingAt(1, make_another))
        values(Forecaster(model, CAPTURED), walks(1, 64))
        another = made[0].result(timeout=60)
    values(another, walks(1, 64))
    assert list(model.pipeline.model.encoder.block) == blocks


def test_that_a_horizon_beyond_the_models_is_forecast_with_a_warning(model: LoadedModel) -> None:
    events: list[Event] = []
    horizon = model.description.horizon + 20
    result = Forecaster(model, EAGER, events.append).forecast(walks(1, 64), horizon, LEVELS)
    assert result.forecast.horizon == horizon
    assert any(isinstance(event, FindingReported) for event in events)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"horizon": 0}, "horizon is 0"),
        ({"batch_size": 0}, "batch size is 0"),
        ({"context_length": 0}, "context length is 0"),
        ({"context_length": -5}, "context length is -5"),
        ({"quantile_levels": (0.5, 1.0)}, "quantile levels"),
        ({"quantile_levels": ()}, "quantile levels"),
        ({"quantile_levels": (0.001, 0.5, 0.999)}, "from 0.01 to 0.99, not 0.001, 0.999"),
        ({"series": SeriesSet((), ("y",))}, "no series"),
    ],
)
def test_that_a_request_that_cannot_be_met_gets_a_sentence(
    model: LoadedModel, options: dict[str, Any], words: str
) -> None:
    request = {"series": walks(1, 32), "horizon": 4, **options}
    with pytest.raises(UserError, match=words):
        Forecaster(model, EAGER).forecast(**request)


def test_that_quantile_levels_come_out_sorted_and_once(model: LoadedModel) -> None:
    forecast = Forecaster(model, EAGER).forecast(walks(1, 64), 4, (0.9, 0.1, 0.9, 0.25)).forecast
    assert forecast.quantile_levels == (0.1, 0.25, 0.9)
    assert (np.diff(forecast.items[0].values, axis=-1) >= 0).all()


def test_that_a_script_gets_its_forecaster_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CHRONOS_MODEL", "demo")
    monkeypatch.setenv("CHRONOS_DTYPE", "bfloat16")
    forecaster = load_forecaster(device="cpu")
    assert forecaster.model.description.dtype == "bfloat16"
    assert forecaster.forecast(walks(1, 64), 8).forecast.horizon == 8


def test_that_a_script_keeps_compiled_code_where_the_settings_say(tmp_path: Path) -> None:
    script = (
        "import os; from engine import CompileConfig, load_forecaster; load_forecaster('demo')\n"
        "print(os.environ['TORCHINDUCTOR_CACHE_DIR'], CompileConfig.from_env().cache_dir)"
    )
    environment = {**os.environ, "TORCH_COMPILED": "1"}
    environment.pop("TORCHINDUCTOR_CACHE_DIR", None)
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    folder = str(tmp_path / "compiled_models" / "chronos2_torch_inductor")
    assert done.stdout.split() == [folder, folder]


def test_that_torchs_own_cache_folder_is_nobodys_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", default_cache_dir())
    assert CompileConfig.from_env().cache_dir == CompileConfig().cache_dir
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", "/var/cache/mine")
    assert CompileConfig.from_env().cache_dir == "/var/cache/mine"


def test_that_a_script_without_a_model_asks_for_the_real_one_and_not_the_demo(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(UserError, match="amazon/chronos-2"):
        load_forecaster()
