"""What the engine found out, as plain values: no torch, picklable, fit for JSON."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CallSplit:
    """Where the time of a forecast went.

    Attributes:
        preprocessing: Seconds before the model: stacking, padding, safeguards.
        model: Seconds in the library's pipeline, compile time included.
        postprocessing: Seconds after the model: putting forecasts and timestamps together.
    """

    preprocessing: float
    model: float
    postprocessing: float
