"""How torch multiplies matrices in float32."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def matrix_products(precision: str) -> Iterator[None]:
    """Multiply float32 matrices with a precision within this scope.

    Args:
        precision: "highest", or "high" for TF32 on GPUs.
    """
    before = torch.get_float32_matmul_precision()
    # Always by this function: torch raises an error where its two ways of setting TF32 are mixed.
    torch.set_float32_matmul_precision(precision)
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)
