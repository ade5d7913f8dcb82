"""Examine the files of a checkpoint before loading.

Only safetensors weights are read. Code in a checkpoint never runs.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path

from msgspec import Struct

from engine.base.errors import UserError
from engine.base.escaping import shortened
from engine.model.json_files import decode, read_json
from engine.model.model_config import ModelConfig
from engine.model.weight_files import refuse_other_weights, weight_files, weight_shapes

ARCHITECTURE = "Chronos2Model"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint, as its files describe it.

    Attributes:
        folder: The folder.
        config: The content of config.json.
        files: The files of the weights.
        parameters: Number of weights in all files together.
    """

    folder: Path
    config: ModelConfig
    files: Sequence[Path]
    parameters: int


class _Kind(Struct, frozen=True):
    """The fields of a config.json that tell a Chronos-2 from another model."""

    architectures: tuple[str, ...] = ()
    model_type: str = "unknown"


def read_checkpoint(folder: Path) -> Checkpoint:
    """Examine the files of a checkpoint without loading the weights.

    Raises:
        UserError: A file is missing or damaged, the weights do not belong to the configuration,
            or the model is not a Chronos-2.
    """
    file = folder / "config.json"
    content = read_json(file)
    kind = decode(_Kind, content, file)
    if ARCHITECTURE not in kind.architectures:
        named = shortened(", ".join(kind.architectures) or kind.model_type)
        raise UserError(
            f"The model in {folder} is not a Chronos-2 (its architecture is {named}).",
            "Use a Chronos-2 checkpoint such as amazon/chronos-2.",
        )
    config = decode(ModelConfig, content, file)
    weights = weight_files(folder)
    shapes = weight_shapes(weights)
    refuse_other_weights(folder, config.weight_shapes(), shapes)
    return Checkpoint(folder, config, weights, sum(map(prod, shapes.values())))
