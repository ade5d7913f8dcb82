"""A block of Chronos-2's encoder, rewritten with fewer operations on the same weights.

Beside the library's `Chronos2EncoderBlock`, with x of shape (rows, patches, d):

**Time attention.** q, k and v are products of the same input, so one product with the stacked
weights gives all three: [q; k; v] = [Wq; Wk; Wv] n(x). The rotary table depends on positions only
and is made once for all blocks. Where no patch is missing, the library adds a mask of zeros;
without a mask, faster kernels may run. A short history takes plain products on a CPU, unless SDPA
is configured.

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

SHORT = 256
"""Patches up to which a CPU takes plain products; 35 and 130 patches are 1.1 to 3 times as fast as
with SDPA. Their scores take memory that is quadratic in the length."""


class FusedBlock(nn.Module):
    """Block that computes what one of the library's computes.

    It takes over the library's modules and weights. Those of q, k and v of time attention become
    one matrix, of which the library's are views from then on: the weights need no second copy.
    """

    def __init__(self, block: Any) -> None:
        """Take over the weights of a block of the library."""
        super().__init__()
        time, group, feed_forward = block.layer
        over_time, over_group = time.self_attention, group.self_attention
        self.heads, self.width = int(over_time.n_heads), int(over_time.kv_proj_dim)
        self.uses_sdpa = over_time.config._attn_implementation == "sdpa"
        self.time_norm, self.group_norm = time.layer_norm, group.layer_norm
        self.qkv, self.time_out = _stack(over_time), over_time.o
        self.group_q, self.group_k = over_group.q, over_group.k
        self.group_v, self.group_out = over_group.v, over_group.o
        self.mlp_norm, mlp = feed_forward.layer_norm, feed_forward.mlp
        self.mlp_in, self.activation, self.mlp_out = mlp.wi, mlp.act, mlp.wo

    def forward(self, x: Tensor, table: tuple[Tensor, Tensor], layout: Layout) -> Tensor:
        """Return the hidden states after the block, shape (rows, patches, d).

        Args:
            x: Hidden states, shape (rows, patches, d).
            table: Cosines and sines of the rotary embedding, each (1, 1, patches, width).
            layout: Masks and groups of the batch.
        """
        x = x + self._over_time(_norm(self.time_norm, x), table, layout.hidden)
        x = x + self._over_groups(_norm(self.group_norm, x), layout)
        inner = self.activation(self.mlp_in(_norm(self.mlp_norm, x)))
        out: Tensor = x + self.mlp_out(inner)
        return out

    def _over_time(self, x: Tensor, table: tuple[Tensor, Tensor], hidden: Tensor | None) -> Tensor:
        rows, patches, _ = x.shape
        # (3, rows, heads, patches, width)
        parts = self.qkv(x).view(rows, patches, 3, self.heads, self.width).permute(2, 0, 3, 1, 4)
        q, k, v = parts
        mixed = self._attend(_rotate(q, table), _rotate(k, table), v, hidden)
        out: Tensor = self.time_out(mixed.transpose(1, 2).flatten(2))
        return out

    def _over_groups(self, x: Tensor, layout: Layout) -> Tensor:
        if layout.order is None:
            mixed = self.group_v(x)
        else:
            parts = [self.group_v(x[layout.alone])]
            parts += [self._within(x[group.rows], group) for group in layout.groups]
            mixed = torch.cat(parts)[layout.order]
        out: Tensor = self.group_out(mixed)
        return out

    def _within(self, x: Tensor, group: Group) -> Tensor:
        """Attend within groups of one size.

        Args:
            x: Hidden states, shape (groups, size, patches, d).
            group: The groups.

        Returns:
            Shape (groups * size, patches, inner).
        """
        groups, size, patches, _ = x.shape

        def by_head(states: Tensor) -> Tensor:
            # (groups, size, patches, inner) -> (groups * patches, heads, size, width)
            states = states.view(groups, size, patches, self.heads, self.width)
            return states.permute(0, 2, 3, 1, 4).flatten(0, 1)

        q, k, v = (by_head(part(x)) for part in (self.group_q, self.group_k, self.group_v))
        mixed = self._attend(q, k, v, group.hidden)
        # (groups * patches, heads, size, width) -> (groups * size, patches, inner)
        mixed = mixed.unflatten(0, (groups, patches)).permute(0, 3, 1, 2, 4)
        out: Tensor = mixed.reshape(groups * size, patches, self.heads * self.width)
        return out

    def _attend(self, q: Tensor, k: Tensor, v: Tensor, hidden: Tensor | None) -> Tensor:
        """Return softmax(q k + hidden) v, shape (batch, heads, length, width)."""
        short = q.device.type == "cpu" and q.shape[2] <= SHORT and not torch.compiler.is_compiling()
        if self.uses_sdpa or not short:
            return functional.scaled_dot_product_attention(q, k, v, attn_mask=hidden, scale=1.0)
        scores = q @ k.transpose(2, 3)
        if hidden is not None:
            scores = scores + hidden
        return torch.softmax(scores, dim=-1, dtype=torch.float32).to(v.dtype) @ v


def _stack(attention: Any) -> nn.Linear:
    """Return q, k and v as one product, and make their weights views of its weights."""
    parts = (attention.q, attention.k, attention.v)
    weights = torch.cat([part.weight.detach() for part in parts])
    for part, own in zip(parts, weights.chunk(len(parts)), strict=True):
        part.weight = nn.Parameter(own, requires_grad=False)
    rows, columns = weights.shape
    stacked = nn.Linear(columns, rows, bias=False, device="meta")
    stacked.weight = nn.Parameter(weights, requires_grad=False)
    return stacked


def _norm(norm: Any, x: Tensor) -> Tensor:
    return functional.rms_norm(x, x.shape[-1:], norm.weight, norm.variance_epsilon)


def _rotate(x: Tensor, table: tuple[Tensor, Tensor]) -> Tensor:
    """Rotate each pair (x[i], x[i + width / 2]) by the angle of its position and frequency."""
    cosines, sines = table
    first, second = x.chunk(2, dim=-1)
    return x * cosines + torch.cat((-second, first), dim=-1) * sines
