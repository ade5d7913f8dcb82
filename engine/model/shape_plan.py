"""Plan the batches of a forecast without loading its model."""

from collections import Counter

import numpy as np

from engine.config.settings import CompileConfig
from engine.data.series import SeriesSet
from engine.model.batch_sizes import HORIZON, STEPS, USUAL_ROWS, kept_rows
from engine.model.checkpoint import Checkpoint
from engine.model.memory_need import BlockSizes, memory_need
from engine.model.model_config import UNROLLED_LEVELS, ForecastConfig
from engine.model.planning import BatchLimit, PatchSizes, Sizes
from engine.results.devices import CPU
from engine.results.shape_plan import PlannedShape, ShapePlan
from engine.results.shapes import BatchShape


def plan_shapes(
    series: SeriesSet, horizon: int, config: CompileConfig, checkpoint: Checkpoint, device: str
) -> ShapePlan:
    """Return the plan of a forecast.

    Where the batch size is `auto` and the fastest one was not measured yet, batches have the usual
    size.

    Args:
        series: The series.
        horizon: Steps to forecast.
        config: The configuration.
        checkpoint: The model's files.
        device: The device that the model runs on, such as "cpu" or "cuda:0".
    """
    model = checkpoint.config
    patch_sizes = _patch_sizes(model.chronos_config)
    sizes = _sizes(series, horizon, config, patch_sizes)
    limit = BatchLimit(rows=config.batch_size)
    if config.batch_size is None:
        rows = kept_rows(checkpoint.parameters, config, device) or USUAL_ROWS
        steps = np.array([min(STEPS, patch_sizes.context)])
        limit = BatchLimit(tokens=rows * int(patch_sizes.patches(steps, HORIZON)[0]))
    batches = sizes.plan(limit)
    blocks = BlockSizes.of_config(model, config, on_cpu=device == CPU)
    planned: Counter[tuple[BatchShape, int]] = Counter()
    for batch in batches:
        rows, context = int(sizes.rows[batch].sum()), int(sizes.lengths[batch].max())
        need = memory_need(blocks, config, sizes.rows_of(batch), sizes.patches_of(batch))
        planned[BatchShape(rows, context, horizon), need] += 1
    shapes = [PlannedShape(shape, count, need) for (shape, need), count in planned.items()]
    computed = sum(map(sizes.tokens_of, batches))
    widest = max(map(sizes.patches_of, batches))
    most_rows = max(map(sizes.rows_of, batches))
    return ShapePlan(
        shapes=tuple(sorted(shapes, key=lambda one: (one.memory, one.shape), reverse=True)),
        padding=1 - sizes.tokens / computed,
        compilations=_compilations(config, sizes, batches),
        one_shape=len(batches) * widest * most_rows / computed - 1,
    )


def _patch_sizes(model: ForecastConfig) -> PatchSizes:
    return PatchSizes(
        history=model.input_patch_size,
        forecast=model.output_patch_size,
        longest=model.max_output_patches * model.output_patch_size,
        context=model.context_length,
    )


def _sizes(
    series: SeriesSet, horizon: int, config: CompileConfig, patch_sizes: PatchSizes
) -> Sizes:
    context = min(config.context_length or patch_sizes.context, patch_sizes.context)
    lengths = np.array([min(item.length, context) for item in series.series])
    rows = np.array([item.rows for item in series.series])
    copies = 1 if horizon <= patch_sizes.longest else len(UNROLLED_LEVELS)
    return Sizes(lengths, rows, patch_sizes.patches(lengths, horizon), copies)


def _compilations(config: CompileConfig, sizes: Sizes, batches: list[list[int]]) -> int:
    """Return how often torch compiles for batches.

    With dynamic shapes, one graph serves all but batches of one row, for which torch has another.
    If torch finds out by itself, the first change of shape compiles once more.
    """
    if not config.enabled or config.compiles_ahead:
        return 0
    shapes = {(sizes.rows_of(batch), sizes.patches_of(batch)) for batch in batches}
    if config.dynamic == "false":
        return len(shapes)
    alone = {shape for shape in shapes if shape[0] == 1}
    others = shapes - alone
    if config.dynamic == "true":
        return bool(alone) + bool(others)
    return min(len(alone), 2) + min(len(others), 2)
