"""Predict how much memory a batch needs.

The figures count tensors that are alive at once in the library's block and in the fused one, at
the three places where a call may hold the most: attention over time, attention within groups, and
the feed-forward layers. `tests/engine/model/test_memory_need.py` compares them with real calls.
"""

from dataclasses import dataclass
from typing import Any, Self

from engine.config.settings import CompileConfig
from engine.model.model_config import ModelConfig
from engine.model.rewrites.block import SHORT
from engine.model.rewrites.encoder import FusedEncoder

MATH = ("math",)
"""The SDPA kernel that holds all attention scores."""

SCORE = 8
"""Bytes of an attention score: before and after the softmax, which is in float32."""


@dataclass(frozen=True, slots=True)
class BlockSizes:
    """What the memory of a call depends on, beside its shape.

    Attributes:
        width: Width of the hidden states.
        inner: Width of queries, keys and values, of all heads.
        hidden: Width of the feed-forward layers.
        heads: Number of attention heads.
        itemsize: Bytes of a number.
        stock: Whether the encoder is the library's.
        on_cpu: Whether the model is on a CPU.
    """

    width: int
    inner: int
    hidden: int
    heads: int
    itemsize: int
    stock: bool
    on_cpu: bool

    @classmethod
    def of_model(cls, model: Any) -> Self:
        """Return those of a loaded `Chronos2Model`."""
        stock = not isinstance(model.encoder, FusedEncoder)
        on_cpu = model.device.type == "cpu"
        return cls._of(model.config, model.dtype.itemsize, stock=stock, on_cpu=on_cpu)

    @classmethod
    def of_config(cls, model: ModelConfig, config: CompileConfig, *, on_cpu: bool) -> Self:
        """Return those of a model that is not loaded."""
        itemsize = 4 if config.dtype == "float32" else 2
        return cls._of(model, itemsize, stock=config.encoder == "stock", on_cpu=on_cpu)

    @classmethod
    def _of(cls, model: Any, itemsize: int, *, stock: bool, on_cpu: bool) -> Self:
        """Return those of a config.json, as the library or this program reads it."""
        return cls(
            width=model.d_model,
            inner=model.num_heads * model.d_kv,
            hidden=model.d_ff,
            heads=model.num_heads,
            itemsize=itemsize,
            stock=stock,
            on_cpu=on_cpu,
        )


def memory_need(sizes: BlockSizes, config: CompileConfig, rows: int, patches: int) -> int:
    """Return the bytes that a call of the model needs beside its weights.

    Args:
        sizes: The sizes of the model.
        config: The configuration that it runs under.
        rows: Rows of the batch.
        patches: Patches of each row.
    """
    numbers = rows * patches
    tokens = numbers * sizes.itemsize
    scores = SCORE * sizes.heads * numbers
    over_time = tokens * (3.5 * sizes.width + 6 * sizes.inner)
    if _holds_scores(sizes, config, patches):
        over_time += scores * patches
    over_groups = tokens * (5 * sizes.width + 4.5 * sizes.inner)
    if sizes.stock and _holds_scores(sizes, config, rows):
        over_groups += scores * rows
    if _uses_math(config):
        copied = numbers * sizes.inner * _copied_by_math(sizes)
        over_time, over_groups = over_time + copied, over_groups + sizes.stock * copied
    feed_forward = tokens * (5.5 * sizes.width + 2 * sizes.hidden)
    # The library's mask of the group attention.
    mask = tokens * rows if sizes.stock else 0
    return int(max(over_time, over_groups, feed_forward) + mask)


def _uses_math(config: CompileConfig) -> bool:
    return config.attention == "sdpa" and config.sdpa_backends == MATH


def _holds_scores(sizes: BlockSizes, config: CompileConfig, length: int) -> bool:
    """Say whether attention over a length holds the scores of all pairs."""
    if config.attention == "sdpa":
        return _uses_math(config)
    return sizes.stock or (sizes.on_cpu and length <= SHORT)


def _copied_by_math(sizes: BlockSizes) -> int:
    """Return the bytes that the math kernel copies for each number of queries, keys and values.

    In half precision, it converts them to float32.
    """
    if sizes.itemsize < 4:
        return 22
    return 0 if sizes.stock else 8
