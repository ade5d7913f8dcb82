"""The fused encoder: takes the place of the library's, on the same weights."""

from typing import Any

import torch
from torch import Tensor, nn

from engine.model.rewrites.block import FusedBlock
from engine.model.rewrites.layout import Layout, layout_of


class FusedStack(nn.Module):
    """The fused blocks and the norm after them: a function of tensors, to compile as one graph."""

    def __init__(self, encoder: Any) -> None:
        """Take over the weights of the library's encoder."""
        super().__init__()
        self.block = nn.ModuleList(FusedBlock(block) for block in encoder.block)
        self.final_layer_norm = encoder.final_layer_norm

    def forward(self, x: Tensor, table: tuple[Tensor, Tensor], layout: Layout) -> Tensor:
        """Return the last hidden states, shape (rows, patches, d)."""
        for block in self.block:
            x = block(x, table, layout)
        out: Tensor = self.final_layer_norm(x)
        return out


class FusedEncoder(nn.Module):
    """Encoder with the interface of the library's `Chronos2Encoder`."""

    def __init__(self, encoder: Any) -> None:
        """Take over the weights of the library's encoder, which goes on working.

        Raises:
            AttributeError: The library's modules have other names than those of 2.3.2.
        """
        super().__init__()
        self.stack = FusedStack(encoder)
        # Each block of the library has one, and all are the same.
        self._rope = encoder.block[0].layer[0].self_attention.rope_embed

    def forward(
        self,
        inputs_embeds: Tensor,
        *,
        group_ids: Tensor,
        attention_mask: Tensor | None = None,
        position_ids: Tensor | None = None,
        output_attentions: bool = False,
    ) -> Any:
        """Return what the library's encoder returns, without attention weights.

        Args:
            inputs_embeds: Shape (rows, patches, d).
            group_ids: Shape (rows,); rows with the same id attend to each other.
            attention_mask: Shape (rows, patches); 0 where a patch is missing.
            position_ids: Shape (1, patches).
            output_attentions: Must be False.

        Raises:
            NotImplementedError: Attention weights are asked for, which fused kernels never have.
        """
        from chronos.chronos2.model import Chronos2EncoderOutput

        if output_attentions:
            raise NotImplementedError("The fused encoder has no attention weights to return.")
        x = inputs_embeds
        if attention_mask is None:
            attention_mask = torch.ones(x.shape[:2], dtype=x.dtype, device=x.device)
        if position_ids is None:
            position_ids = torch.arange(x.shape[1], device=x.device)[None]
        cosines, sines = self._rope(x, position_ids)
        table = cosines[:, None], sines[:, None]
        states = self.stack(x, table, layout_of(group_ids, attention_mask, x.dtype))
        return Chronos2EncoderOutput(last_hidden_state=states)
