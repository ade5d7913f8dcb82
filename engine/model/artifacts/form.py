"""The form of a fused encoder: everything that the code of its blocks depends on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.config.settings import CompileConfig
from engine.model.artifacts.functions import PARTS, weights_of
from engine.model.rewrites.block import FusedBlock


@dataclass(frozen=True, slots=True)
class Form:
    """What code for a block is generated from, beside its weights.

    Attributes:
        weights: Shape of each weight, by function and name.
        heads: Number of attention heads.
        width: Width of a head.
        activation: The activation function.
        epsilon: Number added to the mean square in a norm.
        dtype: Number format of weights and states, such as "float32".
        attention: Attention implementation, and the kernels that it may choose from.
    """

    weights: Mapping[str, tuple[int, ...]]
    heads: int
    width: int
    activation: str
    epsilon: float
    dtype: str
    attention: str


def form_of(block: FusedBlock, config: CompileConfig) -> Form:
    """Return the form of a block under a configuration."""
    shapes = {
        f"{function}.{name}": tuple(weight.shape)
        for function, part in PARTS.items()
        for name, weight in weights_of(part(block)).items()
    }
    norm: Any = block.time.norm
    kernels = f" ({','.join(config.sdpa_backends)})" if config.attention == "sdpa" else ""
    return Form(
        weights=shapes,
        heads=block.time.attend.heads,
        width=block.time.attend.width,
        activation=repr(block.feed_forward.activation),
        epsilon=float(norm.variance_epsilon),
        dtype=str(norm.weight.dtype).removeprefix("torch."),
        attention=f"{config.attention}{kernels}",
    )
