"""Which of torch's attention kernels may run."""

from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext


def attention_kernels(attention: str, names: Collection[str]) -> AbstractContextManager[None]:
    """Return a scope in which exactly the named kernels may run.

    Args:
        attention: "sdpa" uses the kernels; "eager" uses none of them, and the scope does nothing.
        names: Some of math, mem_efficient, flash and cudnn.
    """
    if attention != "sdpa":
        return nullcontext()
    from torch.nn.attention import SDPBackend, sdpa_kernel

    kernels = {
        "math": SDPBackend.MATH,
        "mem_efficient": SDPBackend.EFFICIENT_ATTENTION,
        "flash": SDPBackend.FLASH_ATTENTION,
        "cudnn": SDPBackend.CUDNN_ATTENTION,
    }
    return sdpa_kernel([kernels[name] for name in names])


def allow_attention_kernels(names: Collection[str]) -> None:
    """Allow exactly the named kernels in the whole process."""
    from torch.backends import cuda

    cuda.enable_math_sdp("math" in names)
    cuda.enable_mem_efficient_sdp("mem_efficient" in names)
    cuda.enable_flash_sdp("flash" in names)
    cuda.enable_cudnn_sdp("cudnn" in names)
