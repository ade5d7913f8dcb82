"""Tell beforehand how much memory a batch needs.

The figures count tensors that are alive at once in the library's block and in the fused one, at
the three places where a call may hold the most: attention over time, attention within groups, and
the feed-forward layers. `tests/engine/model/test_memory_need.py` compares them with real calls.
"""

from typing import Any

from engine.config.settings import CompileConfig
from engine.model.rewrites.block import SHORT
from engine.model.rewrites.encoder import FusedEncoder

MATH = ("math",)
"""The SDPA kernel that holds all attention scores."""

SCORE = 8
"""Bytes of an attention score: before and after the softmax, which is in float32."""


def memory_need(model: Any, config: CompileConfig, rows: int, patches: int) -> int:
    """Return the bytes that a call of the model needs beside its weights.

    Args:
        model: A `Chronos2Model`.
        config: The configuration that it runs under.
        rows: Rows of the batch.
        patches: Patches of each row.
    """
    sizes = model.config
    inner = sizes.num_heads * sizes.d_kv
    stock = not isinstance(model.encoder, FusedEncoder)
    math = config.attention == "sdpa" and config.sdpa_backends == MATH
    tokens = rows * patches * model.dtype.itemsize
    scores = SCORE * sizes.num_heads * rows * patches
    over_time = tokens * (3.5 * sizes.d_model + 6 * inner)
    if _holds_scores(config, stock, on_cpu=model.device.type == "cpu", patches=patches):
        over_time += scores * patches
    over_groups = tokens * (5 * sizes.d_model + 4.5 * inner)
    if stock and _holds_scores(config, stock, on_cpu=True, patches=rows):
        over_groups += scores * rows
    if math:
        copied = rows * patches * inner * _copied_by_math(model.dtype.itemsize, stock)
        over_time, over_groups = over_time + copied, over_groups + (copied if stock else 0)
    feed_forward = tokens * (5.5 * sizes.d_model + 2 * sizes.d_ff)
    # The library's mask of the group attention.
    mask = tokens * rows if stock else 0
    return int(max(over_time, over_groups, feed_forward) + mask)


def _holds_scores(config: CompileConfig, stock: bool, *, on_cpu: bool, patches: int) -> bool:
    """Say whether attention holds the scores of all pairs of patches."""
    if config.attention == "sdpa":
        return config.sdpa_backends == MATH
    return stock or (on_cpu and patches <= SHORT)


def _copied_by_math(itemsize: int, stock: bool) -> int:
    """Return the bytes that the math kernel copies for each number of queries, keys and values.

    In half precision, it converts them to float32.
    """
    if itemsize < 4:
        return 22
    return 0 if stock else 8
