"""Forecasts of both sides of a benchmark, compared: real ones of the demo model."""

import pytest
from making import EAGER, walks

from engine.benchmark.outputs import check_outputs
from engine.benchmark.samples import OutputCheck, Side
from engine.config import CompileConfig
from engine.forecaster import Forecaster
from engine.forecasts import ForecastSet
from engine.model import load
from engine.validation.report import Status

SERIES = walks(4, 256)
HALF = EAGER.replace(dtype="bfloat16")


@pytest.fixture(scope="module")
def forecasts() -> dict[str, ForecastSet]:
    def forecast(dtype: str) -> ForecastSet:
        config = EAGER if dtype == "float64" else EAGER.replace(dtype=dtype)
        model = load(config, "cpu", dtype="float64" if dtype == "float64" else None)
        levels = model.description.quantile_levels
        return Forecaster(model, config, lambda _event: None).forecast(SERIES, 16, levels).forecast

    return {dtype: forecast(dtype) for dtype in ("float32", "bfloat16", "float64")}


def checked(
    forecasts: dict[str, ForecastSet], first: CompileConfig, other: CompileConfig
) -> OutputCheck:
    three = (forecasts[first.dtype], forecasts[other.dtype], forecasts["float64"])
    return check_outputs(Side.B, SERIES, three, (first, other))


@pytest.mark.parametrize(("first", "other"), [(EAGER, HALF), (HALF, EAGER), (HALF, HALF)])
def test_that_the_rounding_of_a_half_precision_is_told_and_no_fault(
    forecasts: dict[str, ForecastSet], first: CompileConfig, other: CompileConfig
) -> None:
    found = checked(forecasts, first, other)
    assert found.status is Status.WARN
    assert "of scale" in found.sentence
    assert (found.difference > 1e-4) == (first is not other)


def test_that_equal_forecasts_in_float32_pass(forecasts: dict[str, ForecastSet]) -> None:
    assert checked(forecasts, EAGER, EAGER).status is Status.PASS
