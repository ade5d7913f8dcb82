"""The options of a run: what the run bar and the Device menu offer."""

from dataclasses import dataclass

from engine.results.devices import AUTO

LONGEST_HORIZON = 1024
"""Largest horizon that can be chosen, in steps."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of a run.

    Attributes:
        horizon: Steps to forecast.
        holdout: Whether to hold out the last `horizon` steps and forecast those.
        compare: Whether to forecast both eager and compiled.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.
    """

    horizon: int = 24
    holdout: bool = False
    compare: bool = True
    device: str = AUTO
