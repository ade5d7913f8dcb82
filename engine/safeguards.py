"""What stands between a user's data and numerical trouble.

The small-value rule works on rows of values before they reach the model; the attention rule
limits which kernels may run while the model does.
"""

from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.config import CompileConfig

SMALL = 1e-3
"""Values nearer to zero than this count as small; the bound is the guide's."""

LARGEST_EXPONENT = 1000
"""Keeps the power of two for the tiniest numbers within what float64 holds."""

Policy = Literal["clamp", "rescale", "keep"]
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TreatedRows:
    """Rows after the small-value policy.

    Attributes:
        history: Shape (rows, length).
        future: Shape (rows, horizon), the known future of covariates, NaN elsewhere.
        factors: Shape (rows,), powers of two that the rows were multiplied by.
        changed: Number of values that the policy altered.
    """

    history: Values
    future: Values
    factors: Values
    changed: int


def treat_small_values(policy: Policy, history: Values, future: Values) -> TreatedRows:
    """Applies the small-value policy to rows.

    `clamp` sets small values to zero. `rescale` lifts each row that has small values, and no
    value of 1 or more, by the power of two that brings its largest value into [0.5, 1).
    Chronos-2 normalises every row, so dividing its forecast by the same power gives the
    forecast of the untouched row.

    Args:
        policy: What to do.
        history: Shape (rows, length); NaN is missing.
        future: Shape (rows, horizon); NaN is unknown.
    """
    factors = np.ones(len(history))
    if policy == "keep":
        return TreatedRows(history, future, factors, 0)
    small_history, small_future = is_small(history), is_small(future)
    if policy == "clamp":
        changed = int(small_history.sum() + small_future.sum())
        if not changed:
            return TreatedRows(history, future, factors, 0)
        return TreatedRows(
            np.where(small_history, 0.0, history),
            np.where(small_future, 0.0, future),
            factors,
            changed,
        )
    rows = small_history.any(axis=1) | small_future.any(axis=1)
    if not rows.any():
        return TreatedRows(history, future, factors, 0)
    both = np.abs(np.concatenate([history[rows], future[rows]], axis=1))
    exponents = -np.frexp(np.nanmax(both, axis=1))[1].astype(np.float64)
    factors[rows] = np.exp2(np.clip(exponents, 0, LARGEST_EXPONENT))
    return TreatedRows(
        history * factors[:, None],
        future * factors[:, None],
        factors,
        int(np.isfinite(both[factors[rows] > 1]).sum()),
    )


def is_small(values: Values) -> NDArray[np.bool_]:
    """Where values are so near to zero, without being zero, that they count as small."""
    magnitude = np.abs(values)
    with np.errstate(invalid="ignore"):
        return np.asarray((magnitude > 0) & (magnitude < SMALL))


def attention_kernels(config: CompileConfig) -> AbstractContextManager[None]:
    """A scope in which exactly the configured attention kernels may run.

    Without effect where attention is eager, which uses none of them.
    """
    if config.attention != "sdpa":
        return nullcontext()
    from torch.nn.attention import SDPBackend, sdpa_kernel

    kernels = {
        "math": SDPBackend.MATH,
        "mem_efficient": SDPBackend.EFFICIENT_ATTENTION,
        "flash": SDPBackend.FLASH_ATTENTION,
        "cudnn": SDPBackend.CUDNN_ATTENTION,
    }
    return sdpa_kernel([kernels[name] for name in config.sdpa_backends])


def allow_attention_kernels(names: Collection[str]) -> None:
    """Allows exactly the named attention kernels in the whole process."""
    from torch.backends import cuda

    cuda.enable_math_sdp("math" in names)
    cuda.enable_mem_efficient_sdp("mem_efficient" in names)
    cuda.enable_flash_sdp("flash" in names)
    cuda.enable_cudnn_sdp("cudnn" in names)
