"""Build the model of a checkpoint, and look for broken weights."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from engine.base.errors import UserError, first_line
from engine.base.escaping import shortened
from engine.base.memory import is_out_of_memory
from engine.model.checkpoint import Checkpoint
from engine.model.model_config import ModelConfig

if TYPE_CHECKING:
    import torch
    from chronos.chronos2 import Chronos2Model
    from chronos.chronos2.config import Chronos2CoreConfig


def build(checkpoint: Checkpoint, dtype: "torch.dtype", attention: str) -> "Chronos2Model":
    """Return the model of a checkpoint, on the CPU.

    The library gets values and no folder. In a folder it also acts upon what was not examined,
    such as adapters, quantization and weights in other files.

    Raises:
        UserError: The weights cannot be read, or the library refuses the configuration.
        RuntimeError: The library builds other weights than those of the checkpoint.
    """
    from chronos.chronos2 import Chronos2Model
    from safetensors import SafetensorError

    try:
        with _quiet_library():
            model, problems = Chronos2Model.from_pretrained(
                None,
                config=_library_config(checkpoint.config, attention),
                state_dict=_read_weights(checkpoint, dtype),
                dtype=dtype,
                output_loading_info=True,
            )
    except (SafetensorError, OSError, ValueError, RuntimeError, TypeError, AssertionError) as error:
        if is_out_of_memory(error):
            raise
        raise UserError(
            f"The model in {checkpoint.folder} cannot be built: {shortened(first_line(error))}.",
            "Check that the folder holds an unmodified Chronos-2 checkpoint.",
        ) from error
    if any(problems.values()):
        # The library only warns, and fills missing weights with random numbers.
        raise RuntimeError(f"The library builds a model of other weights: {problems}")
    return model


@contextmanager
def _quiet_library() -> Iterator[None]:
    """Silence the progress bars and reports of transformers; the program shows its own."""
    from transformers.utils import logging

    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()


def _library_config(config: ModelConfig, attention: str) -> "Chronos2CoreConfig":
    """Return the configuration for the library, of examined fields only."""
    from chronos.chronos2.config import Chronos2CoreConfig

    chronos = msgspec.to_builtins(config.chronos_config)
    scale = config.chronos_config.time_encoding_scale or config.chronos_config.context_length
    return Chronos2CoreConfig(
        d_model=config.d_model,
        d_kv=config.d_kv,
        d_ff=config.d_ff,
        num_layers=config.num_layers,
        num_heads=config.num_heads,
        dropout_rate=config.dropout_rate,
        layer_norm_epsilon=config.layer_norm_epsilon,
        feed_forward_proj=config.dense_act_fn or config.feed_forward_proj,
        rope_theta=config.rope_theta,
        attn_implementation=attention,
        chronos_config={
            **chronos,
            "quantiles": list(config.chronos_config.quantiles),
            "time_encoding_scale": scale,
        },
    )


def _read_weights(checkpoint: Checkpoint, dtype: "torch.dtype") -> dict[str, "torch.Tensor"]:
    """Return the weights of a checkpoint, on the CPU.

    They are copies. A tensor in the dtype of its file is a view of the file: it changes when a
    program writes to the file, and reading it kills the process when the file becomes shorter.
    """
    from safetensors.torch import load_file

    return {
        name: weight.to(dtype, copy=True)
        for file in checkpoint.files
        for name, weight in load_file(file).items()
    }


def broken_weights(model: "Chronos2Model") -> tuple[str, ...]:
    """Return the names of the weights that hold NaN or infinity, on any device."""
    import torch

    weights = {name: weight.detach() for name, weight in model.named_parameters()}
    # A sum is finite only if all its terms are, and costs less than a test of each. It can also
    # overflow, and so a second look decides.
    sums = torch.stack(
        [
            weight.sum(dtype=torch.promote_types(weight.dtype, torch.float32))
            for weight in weights.values()
        ]
    )
    finite = dict(zip(weights, sums.isfinite().tolist(), strict=True))
    return tuple(
        name for name, weight in weights.items() if not finite[name] and not weight.isfinite().all()
    )
