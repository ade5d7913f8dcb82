"""Time of a call, split into preprocessing, model and postprocessing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CallSplit:
    """Times of the parts of a forecast.

    Attributes:
        preprocessing: Seconds before the model: batches, small values, float32.
        model: Seconds in the library's pipeline, including compilation.
        postprocessing: Seconds after the model: assembling forecasts and timestamps.
    """

    preprocessing: float
    model: float
    postprocessing: float
