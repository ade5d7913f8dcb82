"""The stress series equal those of the compile guide, bit by bit."""

import numpy as np
import pytest

from engine.validation.case import Case
from engine.validation.suite.scenarios import scenarios

N, CONTEXT, HORIZON, BATCH, SEED = 144, 128, 16, 32, 42
ALL = {case.check: case for case in scenarios()}


def prices() -> tuple[np.ndarray, np.random.Generator]:
    """Return the base series, written out again from its description."""
    generator = np.random.default_rng(SEED)
    price = 100 * np.exp(np.cumsum(0.02 * generator.standard_normal(N)))
    opened = price * (1 + 0.002 * generator.standard_normal(N))
    close = price * (1 + 0.002 * generator.standard_normal(N))
    high = np.maximum(opened, close) * (1 + 0.005 * np.abs(generator.standard_normal(N)))
    low = np.minimum(opened, close) * (1 - 0.005 * np.abs(generator.standard_normal(N)))
    return np.stack([opened, high, low, close]), generator


def first(case: Case) -> np.ndarray:
    return case.series.series[0].targets


def expected(name: str) -> np.ndarray:
    base, generator = prices()
    middle = slice(N // 2, N // 2 + 4)
    match name:
        case "very small":
            base = base * 1e-4
        case "very large":
            base = base * 1e6
        case "high volatility":
            base = base * np.exp(0.2 * generator.standard_normal(N))
        case "spike":
            base[:, middle] *= 5
        case "drop":
            base[:, middle] *= 0.2
        case "near zero":
            base = np.abs(1e-5 * generator.standard_normal((4, N)) + 1e-4)
        case "constant":
            base = np.full((4, N), 100.0)
        case "linear trend":
            base = np.linspace(50, 200, N) * (1 + 0.01 * generator.standard_normal((4, N)))
    return base[:, :CONTEXT]


@pytest.mark.parametrize(
    "name",
    [
        "prices",
        "very small",
        "very large",
        "high volatility",
        "spike",
        "drop",
        "near zero",
        "constant",
        "linear trend",
    ],
)
def test_that_a_stress_series_is_the_specified_one(name: str) -> None:
    np.testing.assert_array_equal(first(ALL[name]), expected(name))
    assert ALL[name].horizon == HORIZON
    assert ALL[name].batch_size == BATCH
    assert sum(len(one.targets) for one in ALL[name].series.series) == BATCH


def test_that_the_series_are_the_same_every_time() -> None:
    for case, again in zip(ALL.values(), scenarios(), strict=True):
        for one, other in zip(case.series.series, again.series.series, strict=True):
            np.testing.assert_array_equal(one.targets, other.targets)


def test_that_no_scenario_repeats_another() -> None:
    seen = {first(case).tobytes() for case in ALL.values()}
    assert len(seen) == len(ALL) >= 8 + 8


def test_that_each_hard_series_is_what_its_name_says() -> None:
    assert np.isnan(first(ALL["gaps"])).any()
    assert not np.isnan(first(ALL["gaps"])).all()
    assert (np.isfinite(first(ALL["all missing but one"])).sum(axis=1) == 1).all()
    counts = first(ALL["counts"])
    assert (counts == counts.round()).all()
    assert (counts >= 0).all()
    assert first(ALL["negative"]).max() < 0 or first(ALL["negative"]).mean() < 0
    steps = np.diff(np.log(first(ALL["regime change"])[3]))
    assert steps[N // 2 :].std() > 5 * steps[: N // 2].std()
    high = first(ALL["high level"])
    assert abs(high.mean() - 1e5) < 100
    assert 50 < high.std() < 200
    assert [one.length for one in ALL["one and two points"].series.series] == [1, 1, 1, 2, 2, 2]
    assert first(ALL["long context"]).shape[1] == 4096
    lengths = {one.length for one in ALL["mixed lengths"].series.series}
    assert len(lengths) > 8
    covered = ALL["with covariates"].series.series[0]
    assert covered.known_covariates.shape[1] == covered.length + HORIZON
