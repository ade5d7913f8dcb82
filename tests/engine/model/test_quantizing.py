"""Linear layers in int8: a lever that is told as inexact, on a CPU and from float32 only."""

import numpy as np
import pytest

from engine.base.errors import UserError
from engine.model.forecaster import Forecaster
from engine.model.loading import load
from engine.model.quantizing import require_quantizable
from engine.results.judgement import Status
from engine.runtime.context import Cache, JobContext
from engine.validation.suite.sides import make_sides
from tests.support.making import EAGER, walks
from tests.support.planting import run_checks

INT8 = EAGER.replace(quantization="int8")


@pytest.mark.parametrize("encoder", ["stock", "fused"])
def test_that_it_forecasts_in_integers_near_float32(encoder: str) -> None:
    series = walks(5, 200)
    exact = Forecaster(load(EAGER, "cpu"), EAGER).forecast(series, 24).forecast
    config = INT8.replace(encoder=encoder)
    model = load(config, "cpu")
    assert (model.description.quantization, model.description.encoder) == ("int8", encoder)
    assert model.description.parameters == load(EAGER, "cpu").description.parameters
    found = Forecaster(model, config).forecast(series, 24).forecast
    apart = [
        np.abs(a.values - b.values).max() / one.targets.std()
        for a, b, one in zip(exact.items, found.items, series.series, strict=True)
    ]
    assert 1e-4 < max(apart) < 0.5


def test_that_only_a_cpu_and_float32_have_its_kernels() -> None:
    with pytest.raises(UserError, match="needs the data type float32, and it is bfloat16"):
        load(INT8.replace(dtype="bfloat16"), "cpu")
    with pytest.raises(UserError, match="runs on a CPU only, and the device is cuda:0"):
        require_quantizable(INT8, "cuda:0")
    require_quantizable(EAGER.replace(dtype="float16"), "cuda:0")


def test_that_a_validation_compares_it_with_float32_and_never_passes_it() -> None:
    sides = make_sides(INT8, "cpu", JobContext(lambda _event: None, cache=Cache(8)))
    assert sides.eager.model.description.quantization == "none"
    prices, batch = run_checks(sides, "prices", "batch of 64")
    assert prices.status is batch.status is Status.WARN
    assert prices.sentence.startswith("Another precision than eager.")
    assert batch.sentence.endswith("In int8, activations have one scale for the whole batch.")
