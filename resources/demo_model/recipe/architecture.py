"""The model: a narrow, shallow Chronos-2 whose quantiles cannot cross."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import torch
from chronos.chronos2.config import Chronos2CoreConfig
from chronos.chronos2.layers import Chronos2LayerNorm
from chronos.chronos2.model import Chronos2Model
from torch import Tensor, nn
from torch.nn.utils import parametrize

from resources.demo_model.recipe.batches import PATCH

QUANTILES = [0.01, *(round(0.05 * index, 2) for index in range(1, 20)), 0.99]
"""The 21 levels of the published model."""

MEDIAN = QUANTILES.index(0.5)

LAYERS = 6
"""Blocks of the encoder."""

_BLOCK = "encoder.block."

INCREMENT = 1 / 32
"""What a free weight of size 1 adds from one quantile level to the next."""


def new_model(attention: Literal["eager", "sdpa"] = "sdpa") -> Chronos2Model:
    """Return a model with fresh weights in the published structure.

    Eager attention trains twice as fast on a CPU; the weights are the same.
    """
    config = Chronos2CoreConfig(
        d_model=128,
        d_kv=32,
        d_ff=1024,
        num_layers=LAYERS,
        num_heads=4,
        dropout_rate=0.0,
        initializer_factor=0.05,
        attn_implementation=attention,
        architectures=["Chronos2Model"],
        chronos_config={
            "context_length": 2048,
            "input_patch_size": PATCH,
            "input_patch_stride": PATCH,
            "output_patch_size": PATCH,
            "quantiles": QUANTILES,
            "use_reg_token": True,
            "use_arcsinh": True,
            "max_output_patches": 16,
            "time_encoding_scale": 2048,
        },
    )
    model = Chronos2Model(config)
    _initialise(model)
    return model


def load_model(folder: Path) -> Chronos2Model:
    """Return a trained model in float32."""
    return Chronos2Model.from_pretrained(str(folder), dtype=torch.float32)


def _initialise(model: Chronos2Model) -> None:
    """Normal weights of deviation fan_in^-1/2; blocks start as the identity.

    Queries are smaller by d_kv^-1/2, since the architecture does not scale attention scores.
    """
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=module.in_features**-0.5)
            if name.endswith("attention.q"):
                module.weight.data *= model.config.d_kv**-0.5
            if name.endswith((".wo", "attention.o")):
                nn.init.zeros_(module.weight)
        elif isinstance(module, Chronos2LayerNorm):
            nn.init.ones_(module.weight)
    nn.init.normal_(model.shared.weight)


def bound_masks(model: Chronos2Model) -> None:
    """Bound the attention masks while the model trains in bfloat16.

    The library masks with the least float32, which becomes minus infinity in bfloat16: a row in
    which everything is masked (a step that no member of a group has) would turn into NaN.
    """
    for name in ("_expand_and_invert_time_attention_mask", "_construct_and_invert_group_time_mask"):
        setattr(model.encoder, name, _bounded(getattr(model.encoder, name)))


def _bounded(mask: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Return the same mask, nowhere below -1e9."""
    return lambda *inputs: mask(*inputs).clamp_min(-1e9)


class _Half(nn.Module):
    """The nearest number in half precision; gradients pass as if nothing had been rounded."""

    def forward(self, free: Tensor) -> Tensor:
        """Any shape -> the same shape."""
        return free + (free.half().float() - free).detach()


def halve(model: Chronos2Model) -> None:
    """Keep the matrices of the encoder in half precision while the model trains.

    Rounding them afterwards would move the outer quantiles by up to 1e-2 of a series' deviation.
    """
    for module in model.encoder.block.modules():
        if isinstance(module, nn.Linear):
            parametrize.register_parametrization(module, "weight", _Half(), unsafe=True)


class _Ordered(nn.Module):
    """Rows (quantile, step) as the median's, plus or minus sums of non-negative increments."""

    def forward(self, free: Tensor) -> Tensor:
        """(quantiles * PATCH, ...) free -> the same shape, non-decreasing over the quantiles."""
        levels = free.reshape(len(QUANTILES), PATCH, *free.shape[1:])
        median = levels[MEDIAN : MEDIAN + 1]
        increments = levels.abs() * INCREMENT
        above = median + increments[MEDIAN + 1 :].cumsum(0)
        below = median - increments[:MEDIAN].flip(0).cumsum(0).flip(0)
        return torch.cat([below, median, above]).flatten(0, 1)


class _Shared(nn.Module):
    """The same rows for every quantile."""

    def forward(self, free: Tensor) -> Tensor:
        """(quantiles * PATCH, ...) -> the same shape, the median's rows repeated."""
        levels = free.reshape(len(QUANTILES), PATCH, *free.shape[1:])
        median = levels[MEDIAN : MEDIAN + 1]
        return median.expand(len(QUANTILES), *median.shape[1:]).flatten(0, 1)


def order_quantiles(model: Chronos2Model) -> None:
    """Make crossing impossible while the model trains, within the unmodified architecture.

    The head is W relu(V h) + R h + b. Its activations are not negative, so if rows of W and of b
    do not decrease with the quantile level and rows of R do not depend on it, forecasts of a
    higher level are never lower.
    """
    head = model.output_patch_embedding
    with torch.no_grad():
        spread = head.output_layer.weight.unflatten(0, (len(QUANTILES), PATCH))
        spread[:MEDIAN] *= 0.3
        spread[MEDIAN + 1 :] *= 0.3
    for name in ("weight", "bias"):
        parametrize.register_parametrization(head.output_layer, name, _Ordered(), unsafe=True)
        parametrize.register_parametrization(head.residual_layer, name, _Shared(), unsafe=True)


def _free(plain: Tensor) -> Tensor:
    """Return the inverse of `_Ordered`, and of `_Shared`."""
    levels = plain.unflatten(0, (len(QUANTILES), PATCH))
    median = levels[MEDIAN : MEDIAN + 1]
    below, above = levels[: MEDIAN + 1].diff(dim=0), levels[MEDIAN:].diff(dim=0)
    return torch.cat([below / INCREMENT, median, above / INCREMENT]).flatten(0, 1)


def adopt(model: Chronos2Model, trained: Chronos2Model) -> None:
    """Give a model that trains the plain weights of a trained one: the inverse of `plain_copy`.

    The blocks of a shallower model are spread over the depth; those between them stay the
    identity that they start as, so that the forecasts are the same.
    """
    state = model.state_dict()
    depth = trained.config.num_layers
    places = torch.linspace(0, LAYERS - 1, depth).round().int().tolist()
    for name, plain in trained.state_dict().items():
        owner, kind = name.rsplit(".", 1)
        if owner.startswith(_BLOCK):
            block, part = owner.removeprefix(_BLOCK).split(".", 1)
            owner = f"{_BLOCK}{places[int(block)]}.{part}"
        trains = f"{owner}.parametrizations.{kind}.original"
        if trains in state:
            state[trains] = _free(plain) if owner.startswith("output_patch") else plain
        else:
            state[f"{owner}.{kind}"] = plain
    model.load_state_dict(state)


def plain_copy(model: Chronos2Model) -> Chronos2Model:
    """Return a copy with plain weights, as the unmodified library saves and loads them."""
    state = {}
    for name, value in model.state_dict().items():
        owner, is_free, kind = name.partition(".parametrizations.")
        if is_free:
            weight = kind.removesuffix(".original")
            state[f"{owner}.{weight}"] = getattr(model.get_submodule(owner), weight).detach()
        else:
            state[name] = value
    plain = new_model()
    plain.load_state_dict(state)
    return plain
