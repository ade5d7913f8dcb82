"""A fused block for torch.compile, in parts whose shapes need few graphs."""

from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

from engine.model.rewrites.block import FusedBlock, Table
from engine.model.rewrites.layout import Layout


class CompiledBlock(nn.Module):
    """A fused block with compiled parts.

    Where all rows are alone in their group, it is one graph. Otherwise, attention within groups
    stays eager between two graphs: torch would compile anew for each arrangement of groups.
    """

    def __init__(self, block: FusedBlock, compiled: Callable[[Any], Any]) -> None:
        """Compile the parts of a block.

        Args:
            block: The block.
            compiled: Compiles a module or a method.
        """
        super().__init__()
        self._group = block.group
        self._alone = compiled(block.alone)
        self._time, self._feed_forward = compiled(block.time), compiled(block.feed_forward)

    def forward(self, x: Tensor, table: Table, layout: Layout) -> Tensor:
        """Return what the fused block returns."""
        found: Tensor
        if layout.order is None:
            found = self._alone(x, table, layout.hidden)
        else:
            x = self._group(self._time(x, table, layout.hidden), layout)
            found = self._feed_forward(x)
        return found
