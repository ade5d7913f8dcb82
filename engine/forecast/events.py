"""The events of the forecast."""

from dataclasses import dataclass

from engine.results.call_split import CallSplit
from engine.results.comparison import Comparison
from engine.results.forecasts import ForecastSet
from engine.results.judgement import Judgement
from engine.results.proof import CompileProof
from engine.runtime.events import Event


@dataclass(frozen=True, slots=True)
class ForecastReady(Event):
    """A forecast is complete.

    Attributes:
        compiled: Whether every call ran compiled code; False for eager and after a fallback.
        forecast: The forecast.
        split: Where the time went.
        proof: What torch.compile did for it; None where nothing was meant to be compiled.
    """

    compiled: bool
    forecast: ForecastSet
    split: CallSplit
    proof: CompileProof | None


@dataclass(frozen=True, slots=True)
class Compared(Event):
    """The eager and the compiled forecast were compared.

    Attributes:
        comparison: How far they are apart.
        judgement: Whether that is too far.
    """

    comparison: Comparison
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class PolicyWeighed(Event):
    """The effect of the small-value policy on eager forecasts is known.

    Attributes:
        policy: "clamp" or "rescale".
        kept: The forecast of the values as they are.
        judgement: Whether the policy moves forecasts too far from it.
    """

    policy: str
    kept: ForecastSet
    judgement: Judgement
