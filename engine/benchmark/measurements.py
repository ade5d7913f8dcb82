"""Everything that a benchmark measures, as one plain value: the run."""

from dataclasses import dataclass

from engine.benchmark.calls import CacheState, Call, ScalePoint, Start
from engine.benchmark.conditions import Conditions, Energy
from engine.benchmark.setup import Setup, Side
from engine.results.judgement import Status
from engine.results.machine import MachineDescription
from engine.results.model import ModelDescription
from engine.results.proof import CompileProof


@dataclass(frozen=True, slots=True)
class SideFacts:
    """The state of a side beside its times.

    Attributes:
        side: The side.
        model: The model that it loaded.
        proof: The proof that compiled code ran; None where nothing should be compiled.
        fallback: Why it fell back to eager; empty if it did not.
        fallback_call: Number of the call in which it fell back; None if it did not.
        changed_values: Number of input values that the small-value policy changed.
    """

    side: Side
    model: ModelDescription
    proof: CompileProof | None = None
    fallback: str = ""
    fallback_call: int | None = None
    changed_values: int = 0


@dataclass(frozen=True, slots=True)
class OutputCheck:
    """The comparison of a side's forecast with eager's (`Setup.reference`) of the same input.

    Attributes:
        side: The side that is compared.
        status: The status that a validation gives it.
        sentence: The reason, a full sentence with the figure and the limit.
        difference: Largest difference, in standard deviations of the series.
    """

    side: Side
    status: Status
    sentence: str
    difference: float


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that a benchmark measured, complete or not.

    Attributes:
        setup: The sides and the shape of a call.
        machine: The machine; None if the run ended before it was described.
        starts: The fresh starts.
        calls: All calls, in order.
        facts: The latest state of each side.
        outputs: The comparisons of forecasts.
        conditions: The machine during the rounds; None if the run ended before they did.
        energy: The energy of calls, where NVML knows it.
        scaling: The times at other shapes, if you ask for them.
        ended: Why the rounds ended; empty if the run ended before they did.
        complete: Whether the benchmark reached its end.
        failure: Why it failed, a full sentence; empty if it did not.
    """

    setup: Setup
    machine: MachineDescription | None = None
    starts: tuple[Start, ...] = ()
    calls: tuple[Call, ...] = ()
    facts: tuple[SideFacts, ...] = ()
    outputs: tuple[OutputCheck, ...] = ()
    conditions: Conditions | None = None
    energy: tuple[Energy, ...] = ()
    scaling: tuple[ScalePoint, ...] = ()
    ended: str = ""
    complete: bool = False
    failure: str = ""

    def facts_of(self, side: Side) -> SideFacts | None:
        """Return the state of a side; None if it is unknown."""
        return next((one for one in self.facts if one.side is side), None)

    def start_of(self, side: Side, cache: CacheState) -> Start | None:
        """Return a fresh start of a side; None if it was not measured."""
        return next((one for one in self.starts if (one.side, one.cache) == (side, cache)), None)
