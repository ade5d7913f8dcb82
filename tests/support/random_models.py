"""Checkpoints with random weights, of any size."""

from os import PathLike
from typing import Any

TINY = {"d_model": 16, "d_kv": 8, "d_ff": 32, "num_layers": 1, "num_heads": 1}
"""Sizes that make a forward a matter of milliseconds."""


def save_random_model(folder: str | PathLike[str], **sizes: Any) -> None:
    """Write a checkpoint with the demo model's structure, other sizes and random weights."""
    import torch
    from chronos.chronos2 import Chronos2Model
    from chronos.chronos2.config import Chronos2CoreConfig

    from engine.model.sources import locate

    config = Chronos2CoreConfig.from_pretrained(locate("demo"))
    for name, value in sizes.items():
        setattr(config, name, value)
    torch.manual_seed(0)
    Chronos2Model(config).save_pretrained(folder)
