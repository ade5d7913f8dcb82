"""Checkpoints that a test may damage."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

from engine.base import codec
from engine.model.model_config import ModelConfig
from engine.model.sources import locate

REMOVED = object()
"""Value of a field that a change removes."""


def make_tiny(folder: Path, **changes: object) -> Path:
    """Write a small checkpoint with random weights into a new folder.

    Args:
        folder: The new folder.
        changes: Fields of the demo's config.json to change; see `damage_config`.
    """
    folder.mkdir()
    shutil.copy(locate("demo") / "config.json", folder)
    sizes = {"d_model": 16, "d_kv": 8, "d_ff": 32, "num_heads": 3, "num_layers": 2}
    damage_config(folder, **{**sizes, **changes})
    config = codec.convert(ModelConfig, json.loads((folder / "config.json").read_text()))
    random = np.random.default_rng(0)
    weights = {
        name: random.normal(scale=0.1, size=shape).astype(np.float32)
        for name, shape in config.weight_shapes().items()
    }
    save_file(weights, folder / "model.safetensors")
    return folder


def damage_config(folder: Path, **changes: object) -> None:
    """Change fields of config.json; `chronos_config__quantiles` names one of the inner part."""
    file = folder / "config.json"
    config: dict[str, Any] = json.loads(file.read_text())
    for path, value in changes.items():
        *outer, field = path.split("__")
        part = config[outer[0]] if outer else config
        if value is REMOVED:
            del part[field]
        else:
            part[field] = value
    file.write_text(json.dumps(config))


def damage_weights(folder: Path, change: Callable[[dict[str, np.ndarray]], object]) -> None:
    """Change the weights of a checkpoint."""
    weights = load_file(folder / "model.safetensors")
    change(weights)
    save_file(weights, folder / "model.safetensors")
