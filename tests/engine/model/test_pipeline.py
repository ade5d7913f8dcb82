"""The library's pipeline run as configured: the library's tables, errors and results."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
import torch
from chronos import Chronos2Pipeline

from engine import load_pipeline
from engine.model.calling import ModelCalls
from engine.model.loading import load
from engine.model.pipeline import ConfiguredPipeline
from tests.support.making import EAGER
from tests.support.random_models import TINY, save_random_model

pytestmark = pytest.mark.filterwarnings(
    "ignore:A future version of pandas will return a BaseOffset"  # in the library
)
HORIZON = 12
BY_THE_LIBRARY = {"categories", "timestamps as texts", "outer levels", "cross-learning"}
FORECAST_ITEMS = ConfiguredPipeline._forecast_items


def long(
    items: int = 4,
    steps: int | list[int] = 60,
    *,
    freq: str = "h",
    start: str = "2024-01-01",
    names: Callable[[int], Any] = "item {}".format,
    **columns: int,
) -> pd.DataFrame:
    """Return a table in long format; `columns` gives more columns and their seeds."""
    counts = steps if isinstance(steps, list) else [steps] * items
    parts = []
    for index, count in enumerate(counts):
        generator = np.random.default_rng(index)
        part = pd.DataFrame(
            {
                "item_id": [names(index)] * count,
                "timestamp": pd.date_range(start, periods=count, freq=freq),
                "target": 10.0**index * generator.normal(size=count).cumsum(),
            }
        )
        for name, seed in columns.items():
            part[name] = np.random.default_rng(seed + index).normal(size=count)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def known_future(df: pd.DataFrame, freq: str, **columns: int) -> pd.DataFrame:
    """Return the known future of covariates, one horizon after each item."""
    parts = []
    for number, (name, part) in enumerate(df.groupby("item_id", sort=False)):
        stamps = pd.date_range(part.timestamp.max(), periods=HORIZON + 1, freq=freq)[1:]
        later = pd.DataFrame({"item_id": name, "timestamp": stamps})
        for column, seed in columns.items():
            later[column] = np.random.default_rng(seed + number).normal(size=HORIZON)
        parts.append(later)
    return pd.concat(parts, ignore_index=True)


def with_gaps(df: pd.DataFrame) -> pd.DataFrame:
    df.loc[df.index % 7 < 3, "target"] = np.nan
    df.loc[5:25, "target"] = np.nan
    return df


def tables() -> dict[str, tuple[pd.DataFrame, dict[str, Any]]]:
    """Return tables of many kinds, each with the options of its forecast."""
    plain = long()
    known = long(weather=5, price=9)
    several = long(second=5, third=9)
    classes = long()
    classes["kind"] = np.where(classes.index % 5 < 2, "a", "b")
    shuffled = long(weather=5).sample(frac=1.0, random_state=0)
    texts = long()
    texts["timestamp"] = texts.timestamp.astype(str)
    renamed = plain.rename(columns={"item_id": "shop", "timestamp": "ds", "target": "sales"})
    future = {"future_df": known_future(known, "h", weather=70, price=71)}
    mixed = future["future_df"].sample(frac=1.0, random_state=1)
    return {
        "plain": (plain, {}),
        "ragged": (long(steps=[60, 17, 3, 200]), {}),
        "missing": (with_gaps(long()), {}),
        "past covariates": (long(weather=5, price=9), {}),
        "known covariates": (known, future),
        "one of two known": (known, {"future_df": known_future(known, "h", price=71)}),
        "shuffled future": (known, {"future_df": mixed}),
        "several targets": (several, {"target": ["target", "third"]}),
        "business days": (long(freq="B"), {}),
        "month ends": (long(freq="ME"), {}),
        "weeks": (long(freq="W-WED"), {}),
        "a given frequency": (long(items=2, steps=2), {"freq": "D"}),
        "categories of ids": (plain.astype({"item_id": "category"}), {}),
        "alternating ids": (plain.sort_values("timestamp", kind="stable"), {}),
        "integer ids": (long(names=lambda index: 10 - index), {}),
        "shuffled": (shuffled, {}),
        "integers": (plain.assign(target=(plain.target * 10).round().astype(int)), {}),
        "categories": (classes, {}),
        "timestamps as texts": (texts, {}),
        "other names": (
            renamed,
            {"id_column": "shop", "timestamp_column": "ds", "target": "sales"},
        ),
        "short context": (long(steps=[60, 200]), {"context_length": 32}),
        "small batches": (long(items=9, steps=40, weather=3), {"batch_size": 5}),
        "not validated": (plain, {"validate_inputs": False}),
        "other levels": (plain, {"quantile_levels": [0.05, 0.123, 0.5]}),
        "outer levels": (plain, {"quantile_levels": [0.001, 0.5]}),
        "cross-learning": (plain, {"cross_learning": True}),
    }


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A checkpoint that takes a millisecond a call."""
    folder = tmp_path_factory.mktemp("model")
    save_random_model(folder, **TINY)
    return str(folder)


@pytest.fixture(scope="module")
def library(model: str) -> Chronos2Pipeline:
    return load(EAGER.replace(model=model), "cpu").pipeline


@pytest.fixture(
    scope="module",
    params=[{}, {"CHRONOS_ENCODER": "fused"}, {"TORCH_COMPILED": "1"}],
    ids=["eager", "fused", "compiled"],
)
def ours(request: pytest.FixtureRequest, model: str) -> ConfiguredPipeline:
    torch._dynamo.reset()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHRONOS_COMPILE_BACKEND", "aot_eager")
        for name, value in request.param.items():
            patch.setenv(name, value)
        return load_pipeline(model, "cpu")


@pytest.mark.parametrize("kind", tables())
def test_that_a_table_is_forecast_as_by_the_library(
    kind: str, library: Chronos2Pipeline, ours: ConfiguredPipeline
) -> None:
    df, options = tables()[kind]
    before = df.copy()
    expected = library.predict_df(df, prediction_length=HORIZON, **options)
    with patch.object(
        ConfiguredPipeline, "_forecast_items", autospec=True, side_effect=FORECAST_ITEMS
    ) as as_arrays:
        found = ours.predict_df(df, prediction_length=HORIZON, **options)
    assert as_arrays.called == (kind not in BY_THE_LIBRARY)
    pd.testing.assert_frame_equal(df, before)
    numbers = ["predictions", *map(str, options.get("quantile_levels", []))]
    size = expected.groupby(expected.columns[0])[numbers].transform(lambda one: one.abs().max())
    apart = (found[numbers] - expected[numbers]).abs() / size
    assert float(apart.max().max()) < 1e-4
    pd.testing.assert_frame_equal(found, expected, rtol=1e-2, atol=1e-2)
    assert ours.forecaster.fallback_cause is None
    assert ours.forecaster.config.enabled == bool(ours.forecaster.proof())


@pytest.mark.filterwarnings("ignore:We recommend keeping prediction length")
@pytest.mark.parametrize("horizon", [None, 1, 256, 300])
def test_that_every_horizon_is_the_librarys(
    horizon: int | None, library: Chronos2Pipeline, ours: ConfiguredPipeline
) -> None:
    df = long(items=2)
    expected, found = (one.predict_df(df, prediction_length=horizon) for one in (library, ours))
    pd.testing.assert_frame_equal(found, expected, rtol=1e-3, atol=1e-3)


def test_that_arrays_and_lists_are_forecast_as_by_the_library(
    library: Chronos2Pipeline, ours: ConfiguredPipeline
) -> None:
    generator = torch.Generator().manual_seed(0)
    batch = torch.randn((3, 2, 50), generator=generator)
    ragged = [torch.randn(40, generator=generator), torch.randn(9, generator=generator)]
    for inputs in (batch, ragged):
        expected, found = (one.predict(inputs, prediction_length=7) for one in (library, ours))
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)
        expected, found = (
            one.predict_quantiles(inputs, prediction_length=7, quantile_levels=[0.2, 0.5])
            for one in (library, ours)
        )
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("df", "options"),
    [
        (long().drop(columns="target"), {}),
        (long().assign(target="a"), {}),
        (long(freq="h").drop(index=[5, 6, 7]), {}),
        (pd.concat([long(2), long(2, freq="D", names="other {}".format)]), {}),
        (pd.concat([long(1, freq="W-MON"), long(1, freq="W-TUE", names="b {}".format)]), {}),
        (long(2, 2), {}),
        (long(weather=1), {"future_df": known_future(long(), "D", weather=2)}),
        (long(weather=1), {"future_df": known_future(long(), "h", weather=2)[:-1]}),
        (long(weather=1), {"future_df": known_future(long(3), "h", weather=2)}),
        (long(), {"future_df": known_future(long(), "h", other=2)}),
        (long(start="2024-01-01T00:00Z"), {}),
    ],
)
def test_that_what_the_library_refuses_is_refused_alike(
    df: pd.DataFrame, options: dict[str, Any], library: Chronos2Pipeline, ours: ConfiguredPipeline
) -> None:
    with pytest.raises((ValueError, TypeError), match=r"\w") as expected:
        library.predict_df(df, prediction_length=HORIZON, **options)
    with pytest.raises((ValueError, TypeError), match=r"\w") as found:
        ours.predict_df(df, prediction_length=HORIZON, **options)
    assert str(found.value) == str(expected.value)


def test_that_compiled_code_that_fails_costs_no_forecast(
    library: Chronos2Pipeline, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_COMPILED", "1")
    monkeypatch.setenv("CHRONOS_COMPILE_BACKEND", "aot_eager")
    torch._dynamo.reset()
    ours = load_pipeline(model, "cpu")
    calls = []
    run = ModelCalls._run_compiled

    def fails_later(self: ModelCalls, *arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) == 3:
            self._fall_back("It failed on purpose.")
            return None
        return run(self, *arguments)

    monkeypatch.setattr(ModelCalls, "_run_compiled", fails_later)
    df = long(9, 40)
    found = ours.predict_df(df, prediction_length=HORIZON, batch_size=2)
    assert ours.forecaster.fallback_cause == "It failed on purpose."
    expected = library.predict_df(df, prediction_length=HORIZON, batch_size=2)
    pd.testing.assert_frame_equal(found, expected, rtol=1e-5)


def test_that_small_values_are_treated_only_if_the_policy_is_named(
    library: Chronos2Pipeline, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    df = long(2)
    df["target"] *= 1e-6
    expected = library.predict_df(df, prediction_length=HORIZON)
    for policy, same in (("auto", True), ("keep", True), ("rescale", True), ("clamp", False)):
        monkeypatch.setenv("CHRONOS_SMALL_VALUES", policy)
        ours = load_pipeline(model, "cpu")
        found = ours.predict_df(df, prediction_length=HORIZON)
        assert np.allclose(found.predictions, expected.predictions, rtol=1e-3, atol=0) == same
        again = ours.predict_df(df, prediction_length=HORIZON, after_batch=lambda: None)
        assert np.allclose(found.predictions, again.predictions, rtol=1e-4, atol=0)
