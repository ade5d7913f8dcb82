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

Table = tuple[Tensor, Tensor]
"""Cosines and sines of the rotary embedding, each of shape (1, 1, patches, width)."""


class FusedBlock(nn.Module):
    """Block that computes what one of the library's computes.

    It takes over the library's modules and weights. Those of q, k and v of time attention become
    one matrix, of which the library's are views from then on: the weights need no second copy.
    """

    def __init__(self, block: Any) -> None:
        """Take over the weights of a block of the library."""
        super().__init__()
        time, group, feed_forward = block.layer
        self.time = TimeAttention(time)
        self.group = GroupAttention(group)
        self.feed_forward = FeedForward(feed_forward)

    def forward(self, x: Tensor, table: Table, layout: Layout) -> Tensor:
        """Return the hidden states after the block, shape (rows, patches, d).

        Args:
            x: Hidden states, shape (rows, patches, d).
            table: Table of the rotary embedding.
            layout: Masks and groups of the batch.
        """
        if layout.order is None:
            return self.alone(x, table, layout.hidden)
        x = self.time(x, table, layout.hidden)
        out: Tensor = self.feed_forward(self.group(x, layout))
        return out

    def alone(self, x: Tensor, table: Table, hidden: Tensor | None) -> Tensor:
        """Return the hidden states of rows that are each alone in their group."""
        out: Tensor = self.feed_forward(self.group.alone(self.time(x, table, hidden)))
        return out


class TimeAttention(nn.Module):
    """Attention of a row's patches to each other, and its residual."""

    def __init__(self, layer: Any) -> None:
        """Take over the weights of a layer of the library."""
        super().__init__()
        self.norm, self.attend = layer.layer_norm, Attention(layer.self_attention)
        self.qkv, self.out = _stack(layer.self_attention), layer.self_attention.o

    def forward(self, x: Tensor, table: Table, hidden: Tensor | None = None) -> Tensor:
        """Return the hidden states, shape (rows, patches, d).

        Args:
            x: Hidden states, shape (rows, patches, d).
            table: Table of the rotary embedding.
            hidden: As in `Layout`.
        """
        rows, patches, _ = x.shape
        # (3, rows, heads, patches, width)
        parts = self.qkv(_norm(self.norm, x)).view(
            rows, patches, 3, self.attend.heads, self.attend.width
        )
        q, k, v = parts.permute(2, 0, 3, 1, 4)
        mixed = self.attend(_rotate(q, table), _rotate(k, table), v, hidden)
        out: Tensor = x + self.out(mixed.transpose(1, 2).flatten(2))
        return out


class GroupAttention(nn.Module):
    """Attention of the rows of a group to each other, patch by patch, and its residual."""

    def __init__(self, layer: Any) -> None:
        """Take over the weights of a layer of the library."""
        super().__init__()
        attention = layer.self_attention
        self.norm, self.attend = layer.layer_norm, Attention(attention)
        self.q, self.k, self.v, self.out = attention.q, attention.k, attention.v, attention.o

    def forward(self, x: Tensor, layout: Layout) -> Tensor:
        """Return the hidden states, shape (rows, patches, d)."""
        if layout.order is None:
            return self.alone(x)
        normed = _norm(self.norm, x)
        parts = [self.v(normed[layout.alone])]
        parts += [self._within(normed[group.rows], group) for group in layout.groups]
        out: Tensor = x + self.out(torch.cat(parts)[layout.order])
        return out

    def alone(self, x: Tensor) -> Tensor:
        """Return the hidden states of rows that are each alone in their group."""
        out: Tensor = x + self.out(self.v(_norm(self.norm, x)))
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
        heads, width = self.attend.heads, self.attend.width

        def by_head(states: Tensor) -> Tensor:
            # (groups, size, patches, inner) -> (groups * patches, heads, size, width)
            states = states.view(groups, size, patches, heads, width)
            return states.permute(0, 2, 3, 1, 4).flatten(0, 1)

        q, k, v = (by_head(part(x)) for part in (self.q, self.k, self.v))
        mixed = self.attend(q, k, v, group.hidden)
        # (groups * patches, heads, size, width) -> (groups * size, patches, inner)
        mixed = mixed.unflatten(0, (groups, patches)).permute(0, 3, 1, 2, 4)
        out: Tensor = mixed.reshape(groups * size, patches, heads * width)
        return out


class FeedForward(nn.Module):
    """The two products of each state and the activation between them, and their residual."""

    def __init__(self, layer: Any) -> None:
        """Take over the weights of a layer of the library."""
        super().__init__()
        self.norm = layer.layer_norm
        self.into, self.activation, self.out = layer.mlp.wi, layer.mlp.act, layer.mlp.wo

    def forward(self, x: Tensor) -> Tensor:
        """Return the hidden states, shape (rows, patches, d)."""
        out: Tensor = x + self.out(self.activation(self.into(_norm(self.norm, x))))
        return out


class Attention(nn.Module):
    """Softmax attention by the kernels that suit the configuration and the length.

    Attributes:
        heads: Number of heads.
        width: Width of a head.
        uses_sdpa: Whether SDPA is configured.
    """

    def __init__(self, attention: Any) -> None:
        """Read the sizes of an attention of the library; it has no weights of its own."""
        super().__init__()
        self.heads, self.width = int(attention.n_heads), int(attention.kv_proj_dim)
        self.uses_sdpa = attention.config._attn_implementation == "sdpa"

    def forward(self, q: Tensor, k: Tensor, v: Tensor, hidden: Tensor | None) -> Tensor:
        """Return softmax(q k + hidden) v, shape (batch, heads, length, width)."""
        # In compiled code, to ask for the length would make a graph for each answer.
        by_sdpa = self.uses_sdpa or torch.compiler.is_compiling() or q.device.type != "cpu"
        if by_sdpa or q.shape[2] > SHORT:
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


def _rotate(x: Tensor, table: Table) -> Tensor:
    """Rotate each pair (x[i], x[i + width / 2]) by the angle of its position and frequency."""
    cosines, sines = table
    first, second = x.chunk(2, dim=-1)
    return x * cosines + torch.cat((-second, first), dim=-1) * sines
