"""The suite finds faults that are planted into the configured side.

The tests that change forecasts come first, because they share compiled code.
"""

import dataclasses
import logging
from typing import Any

import numpy as np
import pytest
import torch

from engine.base.errors import Cancelled
from engine.model.forecaster import Forecaster
from engine.results.forecasts import ForecastSet
from engine.results.judgement import Status
from engine.validation.suite.sides import Sides
from engine.validation.verdict import overall
from tests.support.making import CAPTURED, EAGER
from tests.support.planting import (
    each_values,
    run_checks,
    sides_for,
    statuses,
    with_backend,
    with_change,
)

PROOF = "compiled code ran"


@pytest.fixture(scope="module")
def sound() -> Sides:
    return sides_for()


@pytest.fixture(scope="module")
def half() -> Sides:
    return sides_for(CAPTURED.replace(dtype="bfloat16"))


def test_that_an_output_that_is_a_thousandth_off_fails(sound: Sides) -> None:
    altered = with_change(sound, each_values(lambda values: values * 1.001))
    assert statuses(run_checks(altered, "prices", "cyclic")) == {"prices": "fail", "cyclic": "fail"}


def test_that_one_missing_value_in_one_quantile_fails(sound: Sides) -> None:
    def change(values: Any) -> Any:
        values = values.copy()
        values[0, 3, 5] = np.nan
        return values

    results = run_checks(with_change(sound, each_values(change)), "first forecast", "prices")
    assert statuses(results) == {"first forecast": "fail", "prices": "fail"}
    assert "NaN or infinity" in results[1].sentence


def test_that_crossing_quantiles_fail(sound: Sides) -> None:
    def change(values: Any) -> Any:
        # The difference stays within its limit, so only the crossing can fail.
        values = values.copy()
        values[..., 10] = values[..., 11] + 1e-5 * (values[..., 18] - values[..., 2])
        values[..., 11] = values[..., 10] - 2e-5 * (values[..., 18] - values[..., 2])
        return values

    results = run_checks(with_change(sound, each_values(change)), "prices")
    assert results[0].status is Status.FAIL
    assert "cross" in results[0].sentence


def test_that_a_stale_forecast_fails(sound: Sides) -> None:
    kept: dict[int, ForecastSet] = {}

    def remember(forecast: ForecastSet) -> ForecastSet:
        return kept.setdefault(len(forecast.items), forecast)  # a cache with too short a key

    results = run_checks(with_change(sound, remember), "repeated predictions", "prices", "spike")
    assert statuses(results) == {"prices": "pass", "spike": "fail", "repeated predictions": "fail"}
    assert "The forecast equals that of the series before" in results[2].sentence


def test_that_a_repeated_forecast_that_differs_fails(sound: Sides) -> None:
    generator = np.random.default_rng(0)
    noisy = with_change(sound, each_values(lambda values: values + generator.normal(0, 0.01)))
    assert statuses(run_checks(noisy, "repeated predictions")) == {"repeated predictions": "fail"}


def test_that_a_missing_value_in_a_repeat_or_a_batch_fails(sound: Sides) -> None:
    calls = 0

    def change(forecast: ForecastSet) -> ForecastSet:
        nonlocal calls
        calls += 1
        holes = each_values(lambda values: np.where(np.arange(16)[:, None] > 0, np.nan, values))
        return holes(forecast) if calls in {6, 8} else forecast

    results = run_checks(with_change(sound, change), "repeated predictions", "batch of 64")
    assert statuses(results) == {"repeated predictions": "fail", "batch of 64": "fail"}


def test_that_a_crash_fails_its_own_check_only(sound: Sides) -> None:
    def change(forecast: ForecastSet) -> ForecastSet:
        if abs(float(forecast.items[0].values.mean())) > 1e6:
            raise ValueError("too large for me")
        return forecast

    results = run_checks(with_change(sound, change), "prices", "very large", "spike")
    assert statuses(results) == {"prices": "pass", "very large": "fail", "spike": "pass"}
    assert "ValueError: too large for me" in results[1].sentence


def test_that_a_cancel_ends_the_suite(sound: Sides) -> None:
    def stop(_forecast: ForecastSet) -> ForecastSet:
        raise Cancelled

    with pytest.raises(Cancelled):
        run_checks(with_change(sound, stop), "prices", "spike")


def test_that_a_check_that_runs_out_of_memory_is_not_run_rather_than_failed(
    sound: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_out(*_arguments: Any, **_options: Any) -> Any:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")

    monkeypatch.setattr(sound.truth, "forecast", run_out)
    results = run_checks(sound, "prices", "cyclic")
    assert statuses(results) == {"prices": "not run", "cyclic": "not run"}
    assert results[0].sentence.startswith("Memory ran out. Use a smaller batch size")
    status, verdict = overall(results, sound.config)
    assert status is Status.NOT_RUN
    assert verdict.startswith("Not validated")


def test_that_a_weight_that_is_one_percent_off_fails(sound: Sides) -> None:
    layers = sound.model.pipeline.model.encoder.block[0]
    weight = next(one for one in layers.parameters() if one.ndim == 2)

    def backend(graph: torch.fx.GraphModule, _inputs: Any) -> Any:
        def run(*given: Any) -> Any:
            return graph.forward(*(one * 1.01 if one is weight else one for one in given))

        return run

    results = run_checks(with_backend(sound, backend), "prices", "spike", PROOF)
    # aot_eager runs the kernels of eager, which the proof warns about.
    assert statuses(results) == {"prices": "fail", "spike": "fail", PROOF: "warn"}
    assert "generates no code" in results[2].sentence
    result = results[0]
    assert result.figure is not None
    assert result.limit is not None
    assert result.figure > result.limit
    assert result.agreement is not None
    assert result.agreement.nearer == "eager"
    assert result.agreement.worst_item in result.sentence


def test_that_a_fallback_halfway_fails_and_does_not_count_as_agreement(sound: Sides) -> None:
    runs, blocks = 0, len(sound.model.pipeline.model.encoder.block)

    def backend(graph: torch.fx.GraphModule, _inputs: Any) -> Any:
        def run(*given: Any) -> Any:
            nonlocal runs
            runs += 1
            if runs > 2 * blocks:
                raise RuntimeError("The third call was the last")
            return graph.forward(*given)

        return run

    results = run_checks(with_backend(sound, backend), "first forecast", "prices", "spike", PROOF)
    found = statuses(results)
    assert found["first forecast"] == "pass"
    assert found["spike"] == "not run"
    assert found[PROOF] == "fail"
    assert "third call was the last" in results[-1].sentence
    assert overall(results, CAPTURED)[0] is Status.FAIL


def test_that_a_compile_that_does_nothing_fails(sound: Sides) -> None:
    torch._dynamo.reset()
    idle = dataclasses.replace(
        sound, configured=Forecaster(sound.model, CAPTURED, lambda _event: None)
    )
    with torch.compiler.set_stance("force_eager"):
        results = run_checks(idle, "first forecast", "prices", PROOF)
    assert statuses(results) == {"first forecast": "fail", "prices": "not run", PROOF: "fail"}
    assert "calls ran eager code, although compilation is on" in results[2].sentence
    assert overall(results, CAPTURED)[0] is Status.FAIL


def test_that_the_deliberate_failure_stays_out_of_the_log(
    sound: Sides, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "engine")
    assert statuses(run_checks(sound, "fallback")) == {"fallback": "pass"}
    assert "on purpose" not in caplog.text


def test_that_half_precision_warns_with_its_error(half: Sides) -> None:
    results = run_checks(half, "first forecast", "prices", "spike", PROOF)
    assert statuses(results) == {
        "first forecast": "pass",
        "prices": "warn",
        "spike": "warn",
        PROOF: "warn",
    }
    figure = results[1].figure
    assert figure is not None
    assert 1e-4 < figure < 0.2
    assert f"{figure:.2g}" in results[1].sentence
    assert overall(results, half.config)[0] is Status.WARN


def test_that_half_precision_does_not_excuse_a_fault(half: Sides) -> None:
    altered = with_change(half, each_values(lambda values: values * 1.04))
    assert set(statuses(run_checks(altered, "prices", "high level")).values()) == {"fail"}


def test_that_eager_alone_is_judged_by_float64_and_claims_nothing_about_compiled_code() -> None:
    sides = sides_for(EAGER)
    results = run_checks(sides, "first forecast", "prices", PROOF, "fallback")
    assert statuses(results) == {
        "first forecast": "pass",
        "prices": "pass",
        PROOF: "not run",
        "fallback": "not run",
    }
    status, verdict = overall(results, EAGER)
    assert status is Status.PASS
    assert "compiled code was not validated" in verdict
