"""The Muon optimiser in float32."""

from collections.abc import Iterable

import torch
from torch import Tensor
from torch.optim import Optimizer

_COEFFICIENTS = (3.4445, -4.7750, 2.0315)
_ITERATIONS = 4
_MOMENTUM = 0.95


def orthogonal(matrix: Tensor) -> Tensor:
    """Nearly the closest matrix whose singular values are all 1; any two-dimensional shape.

    A quintic Newton-Schulz iteration and its coefficients by Keller Jordan, "Muon: An optimizer
    for hidden layers in neural networks", 2024.
    """
    a, b, c = _COEFFICIENTS
    tall = matrix.shape[0] > matrix.shape[1]
    wide: Tensor = matrix.mT if tall else matrix
    wide = wide / (wide.norm() + 1e-7)
    for _ in range(_ITERATIONS):
        gram = wide @ wide.mT
        wide = a * wide + (b * gram + c * gram @ gram) @ wide
    nearest: Tensor = wide.mT if tall else wide
    return nearest


class Muon(Optimizer):
    """Momentum whose steps are made orthogonal, for matrices only.

    torch's own multiplies in bfloat16, which many CPUs only imitate, some 60 times slower. The
    steps have the root mean square of AdamW's (0.2 of the rate: Liu et al., "Muon is scalable for
    LLM training", 2025), so that its rates and weight decay can be used.
    """

    def __init__(self, matrices: Iterable[Tensor], lr: float, weight_decay: float = 0.1) -> None:
        super().__init__(matrices, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        """Move every matrix that has a gradient."""
        for group in self.param_groups:
            rate = group["lr"]
            for matrix in group["params"]:
                if matrix.grad is None:
                    continue
                state = self.state[matrix]
                if not state:
                    state["momentum"] = torch.zeros_like(matrix)
                momentum = state["momentum"]
                momentum.lerp_(matrix.grad, 1 - _MOMENTUM)
                step = orthogonal(torch.lerp(matrix.grad, momentum, _MOMENTUM))
                matrix.mul_(1 - rate * group["weight_decay"])
                matrix.add_(step, alpha=-0.2 * rate * max(matrix.shape) ** 0.5)
