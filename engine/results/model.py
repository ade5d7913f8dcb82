"""Description of a loaded model, as plain values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """Description of a loaded model, read from the model itself.

    Attributes:
        source: Name that the user gave: `demo`, a folder or a hub id.
        folder: Folder of the checkpoint.
        parameters: Number of weights.
        dtype: Number format of the weights, such as "float32".
        attention: The attention implementation in use, "eager" or "sdpa".
        device: Device of the weights, such as "cpu" or "cuda:0".
        context_length: Longest history that the model reads, in steps.
        horizon: Longest horizon that the model forecasts at once, in steps.
        quantile_levels: Quantile levels that the model was trained for.
        seconds: Loading time in seconds.
        encoder: The encoder in use, "stock" or "fused".
        not_fused: Why the configured fused encoder is not used; empty if it is, or if none is
            configured.
        quantization: The number format of the encoder's linear layers if it is not that of the
            weights, "int8"; else "none".
    """

    source: str
    folder: str
    parameters: int
    dtype: str
    attention: str
    device: str
    context_length: int
    horizon: int
    quantile_levels: tuple[float, ...]
    seconds: float
    encoder: str = "stock"
    not_fused: str = ""
    quantization: str = "none"

    def context_for(self, asked: int | None) -> int:
        """Return the context length in steps: `asked`, up to the limit of the model."""
        return self.context_length if asked is None else min(asked, self.context_length)
