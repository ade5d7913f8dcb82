"""The functions that an artifact holds: the parts of a fused block, with weights as inputs.

All blocks of an encoder share them, because weights are inputs. A block runs two: time attention,
with or without a mask, then the rest. The rest is one function for rows that are each alone in
their group. In a batch with larger groups, group attention stays eager between two functions,
because its shapes depend on the sizes of the groups.
"""

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor, nn
from torch.func import functional_call

from engine.model.rewrites.block import FusedBlock


class _Alone(nn.Module):
    """Group attention and feed-forward of rows that are each alone in their group."""

    def __init__(self, block: FusedBlock) -> None:
        super().__init__()
        self.group, self.feed_forward = block.group, block.feed_forward

    def forward(self, x: Tensor) -> Tensor:
        """Return the hidden states, shape (rows, patches, d)."""
        out: Tensor = self.feed_forward(self.group.alone(x))
        return out


TIME, TIME_MASKED, ALONE, FEED_FORWARD = "time", "time_masked", "alone", "feed_forward"

PARTS: Mapping[str, Callable[[FusedBlock], nn.Module]] = {
    TIME: lambda block: block.time,
    TIME_MASKED: lambda block: block.time,
    ALONE: _Alone,
    FEED_FORWARD: lambda block: block.feed_forward,
}
"""Name of a function -> the part of a block that it computes."""


class Function(nn.Module):
    """A part of a block as a function of its inputs and its weights."""

    def __init__(self, name: str, block: FusedBlock) -> None:
        """Take the part of any block; its weights are not kept."""
        super().__init__()
        part = PARTS[name](block)
        self._names = tuple(weights_of(part))
        # In a tuple, or it would be a submodule, whose weights would become part of the function.
        self._part = (part,)

    def forward(self, inputs: tuple[Any, ...], weights: tuple[Tensor, ...]) -> Tensor:
        """Return the hidden states after the part."""
        named = dict(zip(self._names, weights, strict=True))
        out: Tensor = functional_call(self._part[0], named, inputs)
        return out


def weights_of(part: nn.Module) -> dict[str, Tensor]:
    """Return the weights of a part by name, in the order in which its function takes them."""
    return {name: weight.detach() for name, weight in part.named_parameters()}
