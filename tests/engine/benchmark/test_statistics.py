"""Figures with a known truth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.benchmark.judging.statistics import (
    Interval,
    break_even,
    growth_exponent,
    is_steady,
    log_ratios,
    median,
    outliers,
    ratio,
)
from engine.benchmark.setup import Side
from tests.support.making_runs import alternating_calls

MARGIN = 0.02
RUNS = 300


def noise(kind: str, generator: np.random.Generator, calls: int) -> np.ndarray:
    """Return the log of the noise that a machine adds to calls."""
    plain = generator.normal(0, 0.02, calls)
    match kind:
        case "drift":
            return plain + np.linspace(0, 0.3, calls)
        case "waves":  # the clock wanders, and each call remembers those before
            walk = np.zeros(calls)
            for index in range(1, calls):
                walk[index] = 0.95 * walk[index - 1] + generator.normal(0, 0.01)
            return plain + walk
        case "spikes":
            hit = generator.random(calls) < 0.08
            return plain + hit * generator.exponential(0.5, calls)
    return plain


@pytest.mark.parametrize("kind", ["plain", "drift", "waves", "spikes"])
@pytest.mark.parametrize("speed", [1.0, 1.2, 1 / 1.05])
def test_that_the_interval_holds_the_truth_as_often_as_it_says(kind: str, speed: float) -> None:
    generator = np.random.default_rng(11)
    held = 0
    for _ in range(RUNS):
        found = ratio(log_ratios(alternating_calls(np.exp(noise(kind, generator, 4 * 40)), speed)))
        assert found is not None
        held += found.holds(speed)
    assert held >= 0.92 * RUNS


@given(
    slope=st.floats(-0.01, 0.01),
    speed=st.floats(0.3, 3),
    rounds=st.integers(2, 30),
)
def test_that_a_drift_at_a_constant_rate_cancels_exactly(
    slope: float, speed: float, rounds: int
) -> None:
    seconds = np.exp(slope * np.arange(4 * rounds))
    np.testing.assert_allclose(
        log_ratios(alternating_calls(seconds, speed)), np.log(speed), atol=1e-9
    )


@settings(max_examples=30)
@given(st.lists(st.floats(-0.5, 0.5), min_size=2, max_size=40))
def test_that_changing_sides_inverts_the_ratio(logs: list[float]) -> None:
    one, other = ratio(np.array(logs)), ratio(-np.array(logs))
    assert one is not None
    assert other is not None
    assert one.value * other.value == pytest.approx(1)
    assert one.low <= one.value <= one.high


def test_that_a_round_that_was_cut_off_does_not_count() -> None:
    calls = alternating_calls(np.ones(12), 1.5)
    assert len(log_ratios(calls[:-1])) == 2
    assert ratio(log_ratios(calls[:7])) is None


def test_that_rounds_with_another_side_are_kept_apart() -> None:
    calls = [
        *alternating_calls(np.ones(40), 2.0),
        *alternating_calls(np.ones(40), 3.0, Side.BFLOAT16, first=10),
    ]
    for side, speed in ((Side.B, 2.0), (Side.BFLOAT16, 3.0)):
        found = ratio(log_ratios(calls, side))
        assert found is not None
        assert (found.low, found.high) == pytest.approx((speed, speed))


@pytest.mark.parametrize("memory", [0.0, 0.5])
def test_that_the_medians_interval_holds_the_truth_though_calls_depend_on_each_other(
    memory: float,
) -> None:
    noise = np.random.default_rng(4).normal(size=(100, 400))
    for index in range(1, noise.shape[1]):
        noise[:, index] += memory * noise[:, index - 1]
    held = [median(np.exp(0.02 * calls[100:])).holds(1.0) for calls in noise]
    # Resampling single calls instead of stretches gives 75 with a memory of 0.5.
    assert sum(held) >= 85


def test_that_warm_up_lasts_while_calls_get_faster() -> None:
    falling = [2.0 * 0.8**number for number in range(20)]
    assert not any(is_steady(falling[:count]) for count in range(20))
    assert is_steady([*falling, *[falling[-1]] * 8])


def test_that_a_slow_call_among_steady_ones_does_not_look_like_warm_up() -> None:
    assert is_steady([1.0, 1.1, 9.0, 1.0, 1.1, 1.0, 1.0, 1.1])


def test_that_outliers_are_calls_far_above_the_others() -> None:
    calm = np.linspace(1.0, 1.1, 40)
    assert outliers(calm) == 0
    assert outliers(np.append(calm, [3.0, 4.0])) == 2


def test_that_a_start_is_paid_back_by_what_calls_save() -> None:
    found = break_even(extra=10.0, seconds=0.1, speed=Interval(2.0, 1.25, 4.0))
    assert found.calls.value == pytest.approx(200)
    assert found.calls.low == pytest.approx(10 / 0.075)
    assert found.calls.high == pytest.approx(500)


def test_that_a_slower_side_never_pays_back() -> None:
    assert break_even(10.0, 0.1, Interval(0.9, 0.8, 0.95)).calls.value == float("inf")
    assert break_even(10.0, 0.1, Interval(1.1, 0.99, 1.2)).calls.high == float("inf")


@pytest.mark.parametrize("exponent", [1.0, 2.0, 0.5])
def test_that_growth_is_the_power_of_the_size(exponent: float) -> None:
    sizes = [1, 8, 64, 256]
    assert growth_exponent(sizes, [3.0 * size**exponent for size in sizes]) == pytest.approx(
        exponent
    )
