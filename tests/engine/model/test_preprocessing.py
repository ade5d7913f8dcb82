import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.model.preprocessing import SMALL, fit_float32, treat, treat_small_values

NOTHING = np.full((1, 2), np.nan)
numbers = st.floats(-1e6, 1e6) | st.floats(-1e-3, 1e-3) | st.just(np.nan)
rows = arrays(np.float64, (2, 6), elements=numbers)


def test_that_clamp_sets_small_values_to_zero_and_counts_them() -> None:
    history = np.array([[5e-4, -9e-4, 0.0, 1e-3, -2.0, np.nan]])
    treated = treat("clamp", history, NOTHING)
    np.testing.assert_array_equal(treated.history, [[0.0, 0.0, 0.0, 1e-3, -2.0, np.nan]])
    assert treated.changed.sum() == 2
    assert treated.factors.tolist() == [1.0]


def test_that_clamp_also_treats_the_known_future() -> None:
    treated = treat("clamp", np.array([[1.0, 2.0]]), np.array([[1e-5, 1.0]]))
    np.testing.assert_array_equal(treated.future, [[0.0, 1.0]])
    assert treated.changed.sum() == 1


def test_that_keep_changes_nothing() -> None:
    history = np.array([[1e-5, 1e-4, 7.0]])
    treated = treat("keep", history, NOTHING)
    np.testing.assert_array_equal(treated.history, history)
    assert treated.changed.sum() == 0


def test_that_rescale_leaves_rows_without_small_values_alone() -> None:
    history = np.array([[1.0, 200.0], [1e-4, 3e-4], [1e-4, 5.0]])
    lifted, factors, changed = treat_small_values("rescale", history)
    np.testing.assert_array_equal(lifted[[0, 2]], history[[0, 2]])
    assert factors[0] == factors[2] == 1.0
    assert changed.tolist() == [0, 2, 0]


@given(rows)
def test_that_rescale_lifts_by_powers_of_two_and_loses_nothing(history: np.ndarray) -> None:
    lifted, factors, _ = treat_small_values("rescale", history)
    np.testing.assert_array_equal(lifted / factors[:, None], history)
    assert set(np.frexp(factors)[0]) == {0.5}
    assert (factors >= 1).all()


@given(rows)
def test_that_no_small_value_survives_clamp(history: np.ndarray) -> None:
    left, _, _ = treat_small_values("clamp", history)
    assert not ((np.abs(left) > 0) & (np.abs(left) < SMALL)).any()


@pytest.mark.parametrize("policy", ["clamp", "rescale", "keep"])
@given(history=rows)
def test_that_undo_gives_back_the_units_of_the_original(policy: str, history: np.ndarray) -> None:
    treated = treat(policy, history, np.full((2, 1), np.nan))  # type: ignore[arg-type]
    undone = treated.undo(treated.history[:, :, None], np.arange(2))[:, :, 0]
    expected, _, _ = treat_small_values("clamp" if policy == "clamp" else "keep", history)
    np.testing.assert_allclose(undone, expected, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("scale", [1e30, 1e-30, 1e150, 1e-150, 1e9])
def test_that_any_magnitude_is_brought_into_the_range_of_float32(scale: float) -> None:
    fitted, factors, offsets = fit_float32(scale * np.array([[1.0, 3.0, 2.0, np.nan]]))
    squares = np.nansum(fitted.astype(np.float32) ** 2)
    assert np.isfinite(squares)
    assert squares > 0
    np.testing.assert_allclose(fitted / factors + offsets, scale * np.array([[1, 3, 2, np.nan]]))


def test_that_a_small_variation_on_a_large_level_survives_float32() -> None:
    noise = np.random.default_rng(0).normal(size=(1, 50))
    fitted, _, offsets = fit_float32(1e9 + noise)
    kept = fitted.astype(np.float32).astype(np.float64) + offsets
    np.testing.assert_allclose(kept - 1e9, noise, atol=1e-6)


def test_that_ordinary_rows_keep_their_very_values() -> None:
    ordinary = np.array([[100.0, 101.5, np.nan, 99.0], [5.0, 5.0, 5.0, 5.0]])
    fitted, factors, offsets = fit_float32(ordinary)
    np.testing.assert_array_equal(fitted, ordinary)
    assert factors.tolist() == [1.0, 1.0]
    assert offsets.tolist() == [0.0, 0.0]


def test_that_infinity_counts_as_missing() -> None:
    treated = treat("keep", np.array([[1.0, np.inf, -np.inf, 3.0]]), NOTHING)
    np.testing.assert_array_equal(treated.history, [[1.0, np.nan, np.nan, 3.0]])
