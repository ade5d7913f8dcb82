import pytest
import torch

from engine.config.attention import attention_kernels
from engine.config.settings import CompileConfig


def allowed_kernels() -> tuple[bool, bool, bool]:
    cuda = torch.backends.cuda
    return cuda.math_sdp_enabled(), cuda.flash_sdp_enabled(), cuda.mem_efficient_sdp_enabled()


def test_that_exactly_the_configured_attention_kernels_are_allowed_in_the_scope() -> None:
    before = allowed_kernels()
    with attention_kernels("sdpa", ["math"]):
        assert allowed_kernels() == (True, False, False)
    assert allowed_kernels() == before
    with attention_kernels("sdpa", ["flash", "math"]):
        assert allowed_kernels() == (True, True, False)
    with attention_kernels("eager", ["math"]):
        assert allowed_kernels() == before


def test_that_the_scope_is_left_when_the_forecast_fails() -> None:
    before = allowed_kernels()
    with (
        pytest.raises(ValueError, match="inside"),
        attention_kernels("sdpa", ["math"]),
    ):
        raise ValueError("inside")
    assert allowed_kernels() == before


def test_that_the_guides_switch_holds_for_the_whole_process() -> None:
    before = allowed_kernels()
    try:
        CompileConfig(sdpa_backends=("math", "mem_efficient")).configure_torch_backends()
        assert allowed_kernels() == (True, False, True)
    finally:
        CompileConfig(
            sdpa_backends=("math", "flash", "mem_efficient", "cudnn")
        ).configure_torch_backends()
    assert allowed_kernels() == before
