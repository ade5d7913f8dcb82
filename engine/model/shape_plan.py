"""Plan the batches of a forecast without loading its model."""

from collections import Counter

from engine.config.settings import CompileConfig
from engine.data.series import SeriesSet
from engine.model.batch_sizes import USUAL_ROWS, kept_rows, tokens_of
from engine.model.checkpoint import Checkpoint
from engine.model.memory_need import BlockSizes, memory_need
from engine.model.planning import BatchLimit, PatchSizes, Sizes
from engine.model.work import Work
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
    patch_sizes = PatchSizes.of(model.chronos_config)
    context = min(config.context_length or patch_sizes.context, patch_sizes.context)
    work = Work(series.series, horizon, context, "keep", patch_sizes)
    sizes = work.sizes
    limit = BatchLimit(rows=config.batch_size)
    if config.batch_size is None:
        rows = kept_rows(checkpoint.parameters, config, device) or USUAL_ROWS
        limit = BatchLimit(tokens=tokens_of(rows, patch_sizes))
    batches = sizes.plan(limit)
    blocks = BlockSizes.of_config(model, config, on_cpu=device == CPU)
    planned: Counter[tuple[BatchShape, int]] = Counter()
    for batch in batches:
        need = memory_need(blocks, config, sizes.rows_of(batch), sizes.patches_of(batch))
        planned[work.shape(batch), need] += 1
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
