"""What the engine found out, as plain values: no torch, picklable, fit for JSON."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """What was loaded, as read back from the loaded model.

    Attributes:
        source: What the user named: `demo`, a folder or a hub id.
        folder: The folder that it was loaded from.
        parameters: Number of weights.
        dtype: Their number format, such as "float32".
        attention: The attention implementation in use, "eager" or "sdpa".
        device: Where they are, such as "cpu" or "cuda:0".
        context_length: Longest history that the model looks at, in steps.
        horizon: Longest horizon that it forecasts in one go, in steps.
        quantile_levels: The quantile levels that it was trained for.
        seconds: Time that loading took.
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

    def context_for(self, asked: int | None) -> int:
        """Steps of history that it looks at if so many are asked for; its own limit if None."""
        return self.context_length if asked is None else min(asked, self.context_length)
