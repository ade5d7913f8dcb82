"""Training batches: windows of synthetic series cut into context and future."""

from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor

from resources.demo_model.recipe.groups import draw_groups
from resources.demo_model.recipe.noise import Array

PATCH = 16
"""Steps per patch, as in the published model."""


@dataclass(frozen=True)
class Batch:
    """What one training step sees; every tensor has one row per series.

    `context` (rows, context length) and `target` (rows, horizon) hold NaN where missing;
    `covariates` (rows, horizon) holds NaN unless the row is a covariate with a known future;
    `group_ids` and `weight` have shape (rows,).
    """

    context: Tensor
    target: Tensor
    covariates: Tensor
    group_ids: Tensor
    weight: Tensor

    @property
    def output_patches(self) -> int:
        """Patches to forecast."""
        return self.target.shape[1] // PATCH

    def to(self, device: torch.device) -> "Batch":
        """The same batch on a device."""
        return Batch(*(getattr(self, part.name).to(device) for part in fields(self)))


def _hide(rng: np.random.Generator, context: Array) -> None:
    """Makes values missing in place: late starts, single gaps, runs of gaps."""
    rows, length = context.shape
    time = np.arange(length)[None]
    late = rng.random((rows, 1)) < 0.25
    start = length - np.exp(rng.uniform(np.log(3), np.log(length), (rows, 1))).astype(int)
    context[late & (time < start)] = np.nan
    share = (rng.random((rows, 1)) < 0.08) * 10 ** rng.uniform(-2, -0.3, (rows, 1))
    context[rng.random((rows, length)) < share] = np.nan
    first = rng.integers(0, length, (rows, 1))
    run = (rng.random((rows, 1)) < 0.06) * rng.integers(1, max(2, length // 4), (rows, 1))
    gone = (time >= first) & (time < first + run)
    gone[:, -1] = False
    context[gone] = np.nan


def predictability(context: Array) -> Array:
    """Weight per row, (rows,): 1 for noise, up to 5 for contexts that repeat themselves.

    Let e be the smallest root mean square of x(t) - x(t - lag) over lags from 4 to half of the
    context, over the deviation: what the best seasonal naive forecast would miss. The weight is
    (e + 0.04)^-1/2. It depends on the context alone, so the quantile loss stays proper.
    """
    length = context.shape[1]
    seen = np.isfinite(context).astype(float)
    count = seen.sum(1, keepdims=True).clip(1)
    centred = np.nan_to_num(context) - np.nan_to_num(context).sum(1, keepdims=True) / count
    centred *= seen
    deviation = np.sqrt((centred**2).sum(1) / count[:, 0]) + 1e-9
    size = 2 * length
    mask, value, square = (np.fft.rfft(part, size) for part in (seen, centred, centred**2))
    products = square * mask.conj() + mask * square.conj() - 2 * value * value.conj()
    lags = slice(4, max(5, length // 2))
    pairs = np.fft.irfft(mask * mask.conj(), size)[:, lags]
    squares = np.fft.irfft(products, size)[:, lags]
    enough = pairs > count / 3
    missed = np.where(enough, squares / pairs.clip(1), np.inf).min(1, initial=np.inf)
    error = np.sqrt(missed.clip(0)) / deviation
    return (np.minimum(error, 1.0) + 0.04) ** -0.5


def draw_batch(seed: int, step: int, worker: int, tokens: int) -> Batch:
    """The batch of one step: a function of its arguments, so that training can resume."""
    rng = np.random.default_rng([seed, step, worker])
    context_patches = int(rng.choice([1, 2, 4, 8, 16, 32, 64, 128], p=[0.01, 0.03, 0.06, 0.12, 0.2, 0.26, 0.24, 0.08]))
    output_patches = int(rng.choice([1, 2, 4, 8, 16], p=[0.05, 0.2, 0.35, 0.25, 0.15]))
    output_patches = min(output_patches, max(2, context_patches))
    size = int(rng.choice([1, 2, 3, 4, 6], p=[0.6, 0.16, 0.12, 0.08, 0.04]))
    groups = max(1, tokens // (context_patches + 1 + output_patches) // size)
    groups = min(groups, 128 // size)
    length, horizon = context_patches * PATCH, output_patches * PATCH
    drawn = draw_groups(rng, groups, size, length + horizon)
    rows = groups * size
    values = drawn.values.reshape(rows, -1)
    known = drawn.known_future.reshape(rows, 1)
    values = values / (np.abs(values).max(1, keepdims=True) + 1e-9)
    context, target = values[:, :length].copy(), values[:, length:]
    _hide(rng, context)
    return Batch(
        torch.from_numpy(context).float(),
        torch.from_numpy(target).float(),
        torch.from_numpy(np.where(known, target, np.nan)).float(),
        torch.arange(groups).repeat_interleave(size),
        torch.from_numpy(predictability(context)).float(),
    )
