"""The outcome of a forecast, folded from its events."""

from dataclasses import dataclass, field

from engine.config.settings import CompileConfig
from engine.forecast.events import Compared, ForecastReady, PolicyWeighed
from engine.forecast.job import Forecast
from engine.results.comparison import Comparison
from engine.results.forecasts import ForecastSet
from engine.results.judgement import Judgement
from engine.runtime.events import Event
from engine.runtime.outcome import Outcome


@dataclass(slots=True, kw_only=True)
class ForecastOutcome(Outcome):
    """The forecasts of a job, and how far they are apart.

    Attributes:
        job: What was asked.
        runs: The forecasts in the order of `Forecast.sides`.
        comparison: The difference of eager and compiled; None where they were not compared.
        judgement: Whether that difference is too large.
        policy: How far the small-value policy moves forecasts; None where it changed no value, or
            nothing was compared.
    """

    job: Forecast
    runs: list[ForecastReady] = field(default_factory=list)
    comparison: Comparison | None = None
    judgement: Judgement | None = None
    policy: PolicyWeighed | None = None

    def handle(self, event: Event) -> bool:
        """Add an event; see `Outcome.handle`."""
        match event:
            case ForecastReady():
                self.runs.append(event)
            case Compared(comparison, judgement):
                self.comparison, self.judgement = comparison, judgement
            case PolicyWeighed():
                self.policy = event
        return Outcome.handle(self, event)

    @property
    def config(self) -> CompileConfig:
        """The configuration in question."""
        return self.job.config

    @property
    def eager(self) -> ForecastReady | None:
        """The eager forecast; None if there is none."""
        return next((run for run in self.runs if not run.compiled), None)

    @property
    def compiled(self) -> ForecastReady | None:
        """The compiled forecast; None if there is none, or every one fell back."""
        return next((run for run in self.runs if run.compiled), None)

    @property
    def requested(self) -> ForecastReady | None:
        """The forecast under the configuration in question; None before it has ended."""
        sides = [config.enabled for config in self.job.sides]
        index = sides.index(self.config.enabled)
        return self.runs[index] if index < len(self.runs) else None

    @property
    def forecast(self) -> ForecastSet:
        """The forecast of `requested`.

        Raises:
            LookupError: It has not ended.
        """
        if self.requested is None:
            raise LookupError("The forecast has not ended.")
        return self.requested.forecast

    @property
    def no_code_reason(self) -> str:
        """Why equal forecasts prove nothing about compiled code; empty where they do."""
        run = self.compiled
        return run.proof.no_code_reason if run is not None and run.proof is not None else ""
