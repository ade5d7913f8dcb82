"""Weights that hold NaN or infinity."""

from pathlib import Path

import numpy as np
import pytest

from engine.base.errors import ModelError
from engine.config.settings import CompileConfig
from engine.model.cache import model_for
from engine.model.forecaster import Forecaster
from engine.model.loading import LoadedModel, load
from engine.runtime.context import JobContext
from engine.runtime.events import Event, FindingReported
from tests.support.checkpoints import damage_weights, make_tiny
from tests.support.making import EAGER, walks

NAME = "encoder.block.0.layer.0.self_attention.v.weight"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small checkpoint that a test may damage."""
    return make_tiny(tmp_path / "checkpoint")


def with_value(folder: Path, value: float, **settings: str) -> LoadedModel:
    """Return a model with a value in one of its weights."""

    def change(weights: dict[str, np.ndarray]) -> None:
        weights[NAME] = np.array(weights[NAME], dtype=np.float32)
        weights[NAME][0, 5:7] = value

    damage_weights(folder, change)
    return load(CompileConfig(model=str(folder)).replace(**settings), "cpu")


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_that_a_broken_weight_is_named(folder: Path, value: float, dtype: str) -> None:
    assert with_value(folder, value, dtype=dtype).broken_weights == (NAME,)


def test_that_a_weight_too_large_for_the_dtype_is_named(folder: Path) -> None:
    (finding,) = with_value(folder, 70_000, dtype="float16").findings
    assert NAME in str(finding)
    assert "float32" in finding.remedy


@pytest.mark.parametrize("value", [70_000, 3e38])
def test_that_large_weights_are_not_broken(folder: Path, value: float) -> None:
    # Two of the largest numbers add up to infinity.
    assert with_value(folder, value).findings == ()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_that_a_forecast_that_broken_weights_spoil_is_an_error(folder: Path, value: float) -> None:
    model = with_value(folder, value)
    with pytest.raises(ModelError) as raised:
        Forecaster(model, EAGER).forecast(walks(2, 64), 4)
    assert raised.value.sentence == (
        f"The forecasts hold NaN or infinity, because weights of {folder} hold NaN or infinity: "
        f"1 tensor such as {NAME}."
    )
    assert raised.value.remedy == "Download the model again, or train it again."


def test_that_broken_weights_are_not_quantized(folder: Path) -> None:
    with pytest.raises(ModelError, match=f"cannot be quantized.* 1 tensor such as {NAME}"):
        with_value(folder, np.nan, quantization="int8")


def test_that_weights_too_large_for_float16_ask_for_float32(folder: Path) -> None:
    model = with_value(folder, 70_000, dtype="float16")
    with pytest.raises(ModelError, match="Use the dtype float32"):
        Forecaster(model, EAGER).forecast(walks(1, 64), 4)


def test_that_every_job_reports_broken_weights(folder: Path) -> None:
    with_value(folder, np.nan)
    events: list[Event] = []
    context = JobContext(events.append)
    for _job in range(2):
        model_for(CompileConfig(model=str(folder)), "cpu", context)
    reported = [event.finding for event in events if isinstance(event, FindingReported)]
    assert len(reported) == 2
    assert NAME in str(reported[0])
    assert reported[0].remedy
