"""A block of Chronos-2's encoder, rewritten with fewer operations on the same weights.

Beside the library's `Chronos2EncoderBlock`, with x of shape (rows, patches, d):

**Time attention.** q, k and v are products of the same input, so one product with the stacked
weights gives all three: [q; k; v] = [Wq; Wk; Wv] n(x). The rotary table depends on positions only
and is made once for all blocks. Where no patch is missing, the library adds a mask of zeros;
without a mask, faster kernels may run.

**Group attention** mixes, at each patch, the rows of a group. The softmax over a single row is 1,
so for a row alone in its group it is Wo Wv n(x). The library computes the scores of all pairs of
rows of the batch, and masks those of different groups. Here the rows of a group attend to each
other only, which is linear in the number of groups.

**At a missing patch** the two may differ: there the library averages over other rows. No forecast
depends on it, because time attention hides missing patches from all others.

**Norms** divide by the root mean square: n(x) = w x / sqrt(mean(x^2) + eps), one fused operation.
Dropout does nothing when a model forecasts, and is left out.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.model.rewrites.layout import Group, Layout


class FusedBlock(nn.Module):
    """Block that computes what one of the library's computes.

    The parameters stay the library's. Those of q, k and v become views of one matrix, so the
    weights need no second copy.
    """

    stacked: Tensor

    def __init__(self, block: Any) -> None:
        """Take over the weights of a block of the library."""
        super().__init__()
        time, group, feed_forward = block.layer
        self.time, self.group, self.feed_forward = time, group, feed_forward
        attention = time.self_attention
        self.heads, self.width = int(attention.n_heads), int(attention.kv_proj_dim)
        self.register_buffer("stacked", _stack(attention), persistent=False)

    def forward(self, x: Tensor, table: tuple[Tensor, Tensor], layout: Layout) -> Tensor:
        """Return the hidden states after the block, shape (rows, patches, d).

        Args:
            x: Hidden states, shape (rows, patches, d).
            table: Cosines and sines of the rotary embedding, each (1, 1, patches, width).
            layout: Masks and groups of the batch.
        """
        x = x + self._over_time(_norm(self.time.layer_norm, x), table, layout.hidden)
        x = x + self._over_groups(_norm(self.group.layer_norm, x), layout)
        mlp = self.feed_forward.mlp
        out: Tensor = x + mlp.wo(mlp.act(mlp.wi(_norm(self.feed_forward.layer_norm, x))))
        return out

    def _over_time(self, x: Tensor, table: tuple[Tensor, Tensor], hidden: Tensor | None) -> Tensor:
        rows, patches, _ = x.shape
        stacked = functional.linear(x, self.stacked).view(rows, patches, 3, self.heads, self.width)
        # (3, rows, heads, patches, width)
        q, k, v = stacked.permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(
            _rotate(q, table), _rotate(k, table), v, attn_mask=hidden, scale=1.0
        )
        out: Tensor = self.time.self_attention.o(mixed.transpose(1, 2).flatten(2))
        return out

    def _over_groups(self, x: Tensor, layout: Layout) -> Tensor:
        attention = self.group.self_attention
        if layout.order is None:
            mixed = attention.v(x)
        else:
            parts = [attention.v(x[layout.alone])]
            parts += [self._within(x[group.rows], group) for group in layout.groups]
            mixed = torch.cat(parts)[layout.order]
        out: Tensor = attention.o(mixed)
        return out

    def _within(self, x: Tensor, group: Group) -> Tensor:
        """Attend within groups of one size.

        Args:
            x: Hidden states, shape (groups, size, patches, d).
            group: The groups.

        Returns:
            Shape (groups * size, patches, inner).
        """
        attention = self.group.self_attention
        groups, size, patches, _ = x.shape

        def by_head(states: Tensor) -> Tensor:
            # (groups, size, patches, inner) -> (groups * patches, heads, size, width)
            states = states.view(groups, size, patches, self.heads, self.width)
            return states.permute(0, 2, 3, 1, 4).flatten(0, 1)

        q, k, v = (by_head(part(x)) for part in (attention.q, attention.k, attention.v))
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=group.hidden, scale=1.0)
        # (groups * patches, heads, size, width) -> (groups * size, patches, inner)
        mixed = mixed.unflatten(0, (groups, patches)).permute(0, 3, 1, 2, 4)
        out: Tensor = mixed.reshape(groups * size, patches, self.heads * self.width)
        return out


def _stack(attention: Any) -> Tensor:
    """Return the weights of q, k and v as one matrix, and make theirs views of it."""
    parts = (attention.q, attention.k, attention.v)
    stacked = torch.cat([part.weight.detach() for part in parts])
    for part, rows in zip(parts, stacked.chunk(len(parts)), strict=True):
        part.weight = nn.Parameter(rows, requires_grad=False)
    return stacked


def _norm(norm: Any, x: Tensor) -> Tensor:
    return functional.rms_norm(x, x.shape[-1:], norm.weight, norm.variance_epsilon)


def _rotate(x: Tensor, table: tuple[Tensor, Tensor]) -> Tensor:
    """Rotate each pair (x[i], x[i + width / 2]) by the angle of its position and frequency."""
    cosines, sines = table
    first, second = x.chunk(2, dim=-1)
    return x * cosines + torch.cat((-second, first), dim=-1) * sines
