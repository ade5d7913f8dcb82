"""What the engine found out, as plain values: no torch, picklable, fit for JSON."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CallSplit:
    """Where the time of a forecast went.

    Attributes:
        preparing: Seconds before the model: stacking, padding, safeguards.
        model: Seconds in the library's pipeline, compile time included.
        framing: Seconds after the model: putting forecasts and timestamps together.
    """

    preparing: float
    model: float
    framing: float
