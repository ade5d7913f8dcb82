import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.config import CompileConfig
from engine.safeguards import SMALL, attention_kernels, treat_small_values

NOTHING = np.full((1, 2), np.nan)
numbers = st.floats(-1e6, 1e6) | st.floats(-1e-3, 1e-3) | st.just(np.nan)


def test_that_clamp_sets_small_values_to_zero_and_counts_them() -> None:
    history = np.array([[5e-4, -9e-4, 0.0, 1e-3, -2.0, np.nan]])
    treated = treat_small_values("clamp", history, NOTHING)
    np.testing.assert_array_equal(treated.history, [[0.0, 0.0, 0.0, 1e-3, -2.0, np.nan]])
    assert treated.changed == 2
    assert treated.factors.tolist() == [1.0]


def test_that_clamp_also_treats_the_known_future() -> None:
    treated = treat_small_values("clamp", np.ones((1, 3)), np.array([[1e-5, 1.0]]))
    np.testing.assert_array_equal(treated.future, [[0.0, 1.0]])
    assert treated.changed == 1


def test_that_keep_changes_nothing() -> None:
    history = np.array([[1e-5, 1e-4]])
    treated = treat_small_values("keep", history, NOTHING)
    assert treated.history is history
    assert treated.changed == 0


def test_that_rescale_leaves_rows_without_small_values_alone() -> None:
    history = np.array([[1.0, 200.0], [1e-4, 3e-4]])
    treated = treat_small_values("rescale", history, np.full((2, 1), np.nan))
    np.testing.assert_array_equal(treated.history[0], history[0])
    assert treated.factors[0] == 1.0
    assert treated.changed == 2


@given(arrays(np.float64, (2, 6), elements=numbers))
def test_that_rescale_is_undone_exactly_by_its_factors(history: np.ndarray) -> None:
    treated = treat_small_values("rescale", history, np.full((2, 1), np.nan))
    np.testing.assert_array_equal(treated.history / treated.factors[:, None], history)
    assert set(np.frexp(treated.factors)[0]) == {0.5}  # powers of two


@given(arrays(np.float64, (1, 6), elements=numbers))
def test_that_no_small_value_survives_clamp(history: np.ndarray) -> None:
    left = treat_small_values("clamp", history, NOTHING).history
    assert not ((np.abs(left) > 0) & (np.abs(left) < SMALL)).any()


def test_that_exactly_the_configured_attention_kernels_are_allowed_in_the_scope() -> None:
    import torch

    def allowed() -> tuple[bool, bool, bool]:
        cuda = torch.backends.cuda
        return cuda.math_sdp_enabled(), cuda.flash_sdp_enabled(), cuda.mem_efficient_sdp_enabled()

    before = allowed()
    with attention_kernels(CompileConfig(attention="sdpa", sdpa_backends=("math",))):
        assert allowed() == (True, False, False)
    assert allowed() == before
    with attention_kernels(CompileConfig(attention="sdpa", sdpa_backends=("flash", "math"))):
        assert allowed() == (True, True, False)
    with attention_kernels(CompileConfig(attention="eager")):
        assert allowed() == before


def test_that_the_scope_is_left_when_the_forecast_fails() -> None:
    import torch

    with (
        pytest.raises(ValueError, match="inside"),
        attention_kernels(CompileConfig(attention="sdpa")),
    ):
        raise ValueError("inside")
    assert torch.backends.cuda.flash_sdp_enabled()
