"""Training batches: windows of synthetic series cut into context and future."""

from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor

from resources.demo_model.recipe.groups import draw_groups
from resources.demo_model.recipe.noise import Array

PATCH = 16
"""Steps per patch, as in the published model."""

_SHAPES = """
  1  1  2
  2  2  3
  4  2  6
  8  2  7
  8  4  6
 16  4 10
 16  8  5
 32  3 12
 32  8  7
 32 16  4
 64  3 16
 64  8  7
 64 16  4
128  4  8
128 16  3
"""

SHAPES = np.array([line.split() for line in _SHAPES.split("\n")[1:-1]], dtype=np.int64)
"""Patches of context, patches of horizon, and how often (weights)."""


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
        """Return the same batch on a device."""
        return Batch(*(getattr(self, part.name).to(device) for part in fields(self)))


def _hide(rng: np.random.Generator, context: Array) -> None:
    """Make values missing in place: late starts, single gaps, runs of gaps."""
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
    """Weight per row, (rows,): 1 for noise, up to 50 for contexts that repeat themselves.

    Let e be the smallest root mean square of x(t) - x(t - lag) over lags from 4 to half of the
    context, over the deviation: what the best seasonal naive forecast would miss. The weight is
    1 / (e + 0.02), so that errors count as a share of that, as in MASE. It depends on the context
    alone, so the quantile loss stays proper.
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
    weight: Array = 1 / (np.minimum(error, 1.0) + 0.02)
    return weight


def longest_context(step: int, stage: int) -> int:
    """Patches of context: 16 at first, twice as many after every `stage` steps, 128 at last.

    What short contexts teach (find the season, repeat its shape) costs least to learn there.
    """
    return int(16 * 2 ** min(3, step // stage))


def draw_batch(seed: int, step: int, worker: int, tokens: int, longest: int = 128) -> Batch:
    """Return the batch of one step: a function of its arguments alone, so that training can resume.

    The number of rows is a multiple of 12, which all group sizes divide, and about
    `tokens` patches in all: few different shapes keep matrix kernels cached, and as all workers
    have the same, none waits for another. Groups count more than single series, those with a known
    future most: what their members say about each other is hard to learn and does not show in
    `predictability`.
    """
    rng = np.random.default_rng([seed, step, worker])
    weights = np.where(SHAPES[:, 0] <= longest, SHAPES[:, 2], 0.0)
    shared = np.random.default_rng([seed, step])
    chosen = SHAPES[shared.choice(len(SHAPES), p=weights / weights.sum())]
    context_patches, output_patches = int(chosen[0]), int(chosen[1])
    rows = 12 * max(1, round(tokens / (context_patches + 1 + output_patches) / 12))
    rows = min(rows, 192)
    size = int(rng.choice([1, 2, 3, 4, 6], p=[0.58, 0.3, 0.08, 0.02, 0.02]))
    length, horizon = context_patches * PATCH, output_patches * PATCH
    drawn = draw_groups(rng, rows // size, size, length + horizon)
    values = drawn.values.reshape(rows, -1)
    known = drawn.known_future.reshape(rows, 1)
    informed = np.repeat(drawn.known_future.any(1), size)
    importance = np.where(informed, 6.0, 2.0 if size > 1 else 1.0)
    values = values / (np.abs(values).max(1, keepdims=True) + 1e-9)
    context, target = values[:, :length].copy(), values[:, length:]
    _hide(rng, context)
    # a horizon that ends within a patch: covariates are known only up to there
    given = np.where(known, target, np.nan)
    given[:, horizon - int(rng.choice([0, 0, int(rng.integers(PATCH))])) :] = np.nan
    return Batch(
        torch.from_numpy(context).float(),
        torch.from_numpy(target).float(),
        torch.from_numpy(given).float(),
        torch.arange(rows // size).repeat_interleave(size),
        torch.from_numpy(importance * predictability(context)).float(),
    )
