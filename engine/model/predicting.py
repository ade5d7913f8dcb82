"""Call the library's model on a batch of rows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from chronos.utils import interpolate_quantiles
from torch import Tensor

from engine.model.batches import Batch

if TYPE_CHECKING:
    from chronos import Chronos2Pipeline


def predict(pipeline: "Chronos2Pipeline", batch: Batch, levels: tuple[float, ...]) -> Tensor:
    """Return quantiles of the targets of a batch, as the library's `predict_quantiles` does.

    Args:
        pipeline: Holds the model.
        batch: The rows.
        levels: Quantile levels, within those of the model.

    Returns:
        Shape (targets of all items, horizon, quantile levels), on the CPU.
    """
    horizon = batch.rows.future.shape[1]
    if horizon > pipeline.model_prediction_length:
        return _by_the_library(pipeline, batch, levels)
    patch = pipeline.model_output_patch_size
    patches = -(-horizon // patch)
    device = pipeline.model.device
    future = np.full((len(batch.rows.future), patches * patch), np.nan, dtype=np.float32)
    future[:, :horizon] = batch.rows.future
    with torch.no_grad():
        forecast: Tensor = pipeline.model(
            context=torch.from_numpy(batch.rows.history.astype(np.float32)).to(device),
            group_ids=torch.from_numpy(batch.group_ids).to(device),
            future_covariates=torch.from_numpy(future).to(device),
            num_output_patches=patches,
        ).quantile_preds
        targets = torch.from_numpy(batch.target_rows).to(device)
        # (rows, quantiles of the model, steps) -> (targets, horizon, quantiles of the model)
        forecast = forecast.float()[targets, :, :horizon].transpose(1, 2)
        return at_levels(forecast, pipeline.quantiles, levels).cpu()


def at_levels(forecast: Tensor, known: Sequence[float], levels: Sequence[float]) -> Tensor:
    """Return the quantiles at some levels, interpolated where the model has others."""
    if set(levels) <= set(known):
        return forecast[..., [known.index(level) for level in levels]]
    found: Tensor = interpolate_quantiles(list(levels), list(known), forecast)
    return found


def _by_the_library(
    pipeline: "Chronos2Pipeline", batch: Batch, levels: tuple[float, ...]
) -> Tensor:
    """Forecast more steps than the model gives at once: the library continues its own forecast."""
    quantiles, _median = pipeline.predict_quantiles(
        _as_items(batch),
        prediction_length=batch.rows.future.shape[1],
        quantile_levels=list(levels),
        batch_size=int(batch.sizes.sum()),
        context_length=batch.rows.history.shape[1],
    )
    return torch.cat(quantiles)


def _as_items(batch: Batch) -> list[dict[str, Any]]:
    """Return the items as the library's prepared inputs."""
    history, future = (part.astype(np.float32) for part in (batch.rows.history, batch.rows.future))
    items = []
    facts = (batch.starts, batch.sizes, batch.targets, batch.known, batch.lengths)
    for start, size, targets, known, length in zip(*(f.tolist() for f in facts), strict=True):
        rows = slice(start, start + size)
        items.append(
            {
                "context": torch.from_numpy(history[rows, history.shape[1] - length :]),
                "future_covariates": torch.from_numpy(future[rows]),
                "n_targets": targets,
                "n_covariates": size - targets,
                "n_future_covariates": known,
            }
        )
    return items
