"""Folds the events of a forecast into what its page shows."""

from dataclasses import dataclass, field

from engine.base.findings import Finding
from engine.forecast.events import Compared, ForecastReady, PolicyWeighed
from engine.results.model import ModelDescription
from engine.runtime.events import Event, FellBack, ModelLoaded, Noticed, SmallValuesChanged


@dataclass(slots=True)
class ForecastFold:
    """Everything that a forecast has reported so far.

    Attributes:
        runs: The forecasts, by whether they are compiled.
        compared: The comparison of both; None while there is none.
        policy: The effect of the small-value policy; None where it had none.
        model: The model; None while it is not loaded.
        findings: The findings.
        fallbacks: The causes of fallbacks to eager.
        small_values: The changes to small values.
    """

    runs: dict[bool, ForecastReady] = field(default_factory=dict)
    compared: Compared | None = None
    policy: PolicyWeighed | None = None
    model: ModelDescription | None = None
    findings: list[Finding] = field(default_factory=list)
    fallbacks: list[str] = field(default_factory=list)
    small_values: list[SmallValuesChanged] = field(default_factory=list)

    def handle(self, event: Event) -> None:
        """Take over what an event reports."""
        match event:
            case ForecastReady():
                self.runs[event.compiled] = event
            case Compared():
                self.compared = event
            case PolicyWeighed():
                self.policy = event
            case ModelLoaded():
                self.model = event.model
            case Noticed():
                self.findings.append(event.finding)
            case FellBack():
                self.fallbacks.append(event.cause)
            case SmallValuesChanged():
                self.small_values.append(event)
