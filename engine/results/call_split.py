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

    @property
    def total(self) -> float:
        """Return the time of the whole call in seconds."""
        return self.preprocessing + self.model + self.postprocessing
