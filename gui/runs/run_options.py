"""What the user chooses for a run, apart from the configuration and the data."""

from dataclasses import dataclass

from engine.results.devices import AUTO

LONGEST_CONTEXT = 100_000
LONGEST_HORIZON = 1024
"""Steps that can be chosen at most."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of a run.

    Attributes:
        horizon: Steps to forecast.
        context_length: Longest history to look at, in steps; None for the model's own limit.
        holdout: Whether to keep back the last `horizon` steps and forecast those.
        compare: Whether a forecast is made both eager and compiled.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
    """

    horizon: int = 24
    context_length: int | None = None
    holdout: bool = False
    compare: bool = True
    device: str = AUTO
