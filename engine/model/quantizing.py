"""Quantise the linear layers of an encoder to int8, on a CPU."""

import warnings
from typing import Any

from engine.base.errors import UserError
from engine.config.settings import CompileConfig


def require_quantizable(config: CompileConfig, device: str) -> None:
    """Refuse a configuration whose linear layers cannot run in int8.

    Raises:
        UserError: The device or the dtype has no int8 kernels.
    """
    if config.quantization == "none":
        return
    if device != "cpu":
        raise UserError(
            f"The quantization int8 runs on a CPU only, and the device is {device}.",
            "Set CHRONOS_QUANTIZATION=none, or use the device cpu.",
        )
    if config.dtype != "float32":
        raise UserError(
            f"The quantization int8 needs the data type float32, and it is {config.dtype}.",
            "Set CHRONOS_DTYPE=float32 or CHRONOS_QUANTIZATION=none.",
        )


def quantize(model: Any) -> None:
    """Replace the linear layers of the encoder by dynamic int8 ones.

    Weights have a scale for each output channel. Activations are quantized in every call, with one
    scale for the whole batch.
    """
    import torch
    from torch.ao import quantization

    with warnings.catch_warnings():
        # torchao takes this over one day; its kernels for CPUs need compiling today.
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        warnings.filterwarnings("ignore", message="torch.quantize_per_tensor")
        model.encoder = quantization.quantize_dynamic(
            model.encoder,
            {torch.nn.Linear: quantization.per_channel_dynamic_qconfig},
            dtype=torch.qint8,
        )
