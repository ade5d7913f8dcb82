"""Put the fused encoder into a model, if it proves to compute what the library's computes."""

import copy
from typing import Any

import torch
from torch import Tensor

from engine.base.errors import first_line
from engine.base.wording import figure
from engine.model.rewrites.encoder import FusedEncoder

LARGEST_ERROR = 1e-5
"""Largest relative difference in float32, about 80 times its unit of rounding."""

AS_WRONG_AS_THE_LIBRARY = 3.0
"""Times the error of the library's encoder, in half precision; see `limits.AS_WRONG_AS_EAGER`."""

PATCHES = 7
GROUPS = (3, 0, 1, 2, 1, 2, 2)
"""Group of each row of the probe: two rows alone, a pair and three rows, in no order."""

MISSING = ((0, slice(0, 4)), (1, slice(2, 3)), (2, slice(3, 4)), (4, slice(3, 4)), (5, slice(0, 6)))
"""Rows and patches that the probe misses: of a short row, of a whole group, within a row."""


def fuse(model: Any) -> str:
    """Replace the encoder of a model by the fused one, after a probe of both.

    Args:
        model: A `Chronos2Model`, on its device and in its dtype.

    Returns:
        Why the library's encoder stays, without a final period; empty if it was replaced.
    """
    library = model.encoder
    try:
        fused = FusedEncoder(library).eval()
        found = _difference(library, fused)
    except (AttributeError, TypeError, ValueError, RuntimeError) as error:
        return f"The fused encoder does not fit this model or library: {first_line(error)}"
    if not found:
        model.encoder = fused
    return found


def _difference(library: Any, fused: FusedEncoder) -> str:
    """Say how far the states of both are apart, if rounding does not explain it."""
    weight = library.final_layer_norm.weight
    for missing in ((), MISSING):
        generator = torch.Generator().manual_seed(0)
        x = torch.randn((len(GROUPS), PATCHES, len(weight)), generator=generator).to(weight)
        observed = torch.ones(x.shape[:2]).to(weight)
        for row, patches in missing:
            observed[row, patches] = 0
        theirs, ours = (_states(encoder, x, observed) for encoder in (library, fused))
        if weight.dtype in {torch.float32, torch.float64}:
            error, limit = _relative(ours, theirs), LARGEST_ERROR
        else:
            exact = _states(copy.deepcopy(library).float(), x.float(), observed.float())
            error = _relative(ours, exact)
            limit = AS_WRONG_AS_THE_LIBRARY * _relative(theirs, exact)
        if not error <= limit:
            return (
                "The fused encoder differs from the library's on a probe: "
                f"{figure(error)} of the largest value (limit {figure(limit)})"
            )
    return ""


def _states(encoder: Any, x: Tensor, observed: Tensor) -> Tensor:
    """Return the last hidden states, with 0 at missing patches, on which no forecast depends."""
    groups = torch.tensor(GROUPS, device=x.device)
    with torch.no_grad():
        found = encoder(x, group_ids=groups, attention_mask=observed).last_hidden_state
    return torch.where(observed[..., None] > 0, found, 0).double()


def _relative(ours: Tensor, theirs: Tensor) -> float:
    return float((ours - theirs).abs().max() / theirs.abs().max())
