"""What a benchmark measures, as plain values."""

from dataclasses import dataclass
from enum import StrEnum

from engine.benchmark.setup import Setup, Side
from engine.results.call_split import CallSplit
from engine.results.judgement import Status
from engine.results.machine import MachineDescription
from engine.results.model import ModelDescription
from engine.results.proof import CompileProof


class Phase(StrEnum):
    """Where in a side's life a call is."""

    FIRST = "first"
    WARM_UP = "warm-up"
    STEADY = "steady"


class Cache(StrEnum):
    """What the folder of compiled code held when a process started."""

    NONE = "none"
    COLD = "cold"
    WARM = "warm"


@dataclass(frozen=True, slots=True)
class Call:
    """One timed call.

    Attributes:
        side: Who.
        phase: When in the side's life.
        round: Number of the round of four calls; -1 outside of rounds.
        number: Number of the side's call in its process, from 0.
        input: Which of the rotating inputs it forecast.
        at: Seconds since the benchmark began, when the call ended.
        seconds: Time of the whole call, device synchronised.
        split: Where it went.
        compiled: Graphs that torch compiled during it.
    """

    side: Side
    phase: Phase
    round: int
    number: int
    input: int
    at: float
    seconds: float
    split: CallSplit
    compiled: int = 0


@dataclass(frozen=True, slots=True)
class Start:
    """The time to the first forecast of a fresh process.

    Attributes:
        side: Who.
        cache: What the cache folder held; `NONE` where nothing is compiled.
        importing: Seconds from starting the process until torch and Chronos were imported.
        loading: Seconds to load the model.
        first_call: Seconds of the first forecast, compiling included.
        compiling: Seconds of it that torch says it compiled.
        warm_up: Seconds that the calls after it took longer than steady ones, until steady.
        steady: Seconds of a steady call in that process.
        peak_memory: Most memory that the process held, in bytes.
        peak_gpu_memory: Most memory that it held on the GPU; None without one.
        fallback: Why compilation was given up; empty while it was not.
    """

    side: Side
    cache: Cache
    importing: float
    loading: float
    first_call: float
    compiling: float
    warm_up: float
    steady: float
    peak_memory: int
    peak_gpu_memory: int | None
    fallback: str

    @property
    def first_forecast(self) -> float:
        """Seconds from starting the process to the first forecast."""
        return self.importing + self.loading + self.first_call

    @property
    def spent(self) -> float:
        """Seconds that starting cost beyond importing, loading and steady calls."""
        return self.first_call - self.steady + self.warm_up


@dataclass(frozen=True, slots=True)
class SideFacts:
    """What is known of a side beside its times.

    Attributes:
        side: Who.
        model: The model that it loaded.
        proof: What torch.compile did; None where nothing was to be compiled.
        fallback: Why compilation was given up; empty while it was not.
        fallback_call: Number of the call in which that happened; None while it did not.
        changed_values: Values of the input that the small-value policy altered.
    """

    side: Side
    model: ModelDescription
    proof: CompileProof | None = None
    fallback: str = ""
    fallback_call: int | None = None
    changed_values: int = 0


@dataclass(frozen=True, slots=True)
class OutputCheck:
    """How far a side's forecast of the same input is from an eager one (`Setup.reference`).

    Attributes:
        side: Who is compared.
        status: How the validation judges it.
        sentence: Why, a full sentence with the figure and the bound.
        difference: Largest difference in units of a series' scale.
    """

    side: Side
    status: Status
    sentence: str
    difference: float


@dataclass(frozen=True, slots=True)
class GpuState:
    """A GPU while it was measured, as NVML gives it; None where it does not.

    Attributes:
        name: As the driver calls it.
        temperature: Degrees Celsius.
        throttled: Why it was slowed down; empty if it was not.
        others: Processes on it that are not ours.
        clock: Clock of its multiprocessors in MHz.
    """

    name: str
    temperature: float | None
    throttled: str | None
    others: int | None
    clock: float | None


@dataclass(frozen=True, slots=True)
class Conditions:
    """The machine while the blocks ran; None where it could not be measured.

    Attributes:
        load_before: Processes that wanted to run, on average over the minute before.
        load_after: The same at the end.
        busy_others: Cores that other processes kept busy, on average.
        stolen: Share of the time that a virtual machine's host took.
        governor: How Linux chooses the clock, such as "performance"; empty if unknown.
        clock_before: CPU clock in MHz.
        clock_after: The same at the end.
        throttled: Times that the CPU slowed down for heat.
        temperature: Hottest CPU sensor at the end, degrees Celsius.
        gpus: The GPUs at the end.
    """

    load_before: float | None
    load_after: float | None
    busy_others: float | None
    stolen: float | None
    governor: str
    clock_before: float | None
    clock_after: float | None
    throttled: int | None
    temperature: float | None
    gpus: tuple[GpuState, ...]


@dataclass(frozen=True, slots=True)
class Energy:
    """What a call of a side costs the GPU.

    Attributes:
        side: Who.
        joules: Energy of a call, idle power included.
        calls: Calls that it was averaged over.
    """

    side: Side
    joules: float
    calls: int


@dataclass(frozen=True, slots=True)
class ScalePoint:
    """A side at one shape.

    Attributes:
        side: Who.
        items: Series in the batch.
        steps: Context length.
        seconds: Median time of a call.
        calls: Calls that it is the median of.
    """

    side: Side
    items: int
    steps: int
    seconds: float
    calls: int

    @property
    def per_series(self) -> float:
        """Seconds for each series."""
        return self.seconds / self.items


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that a benchmark measured, complete or not.

    Attributes:
        setup: What was compared.
        machine: What it ran on; None if it was stopped before that was known.
        starts: Fresh starts.
        calls: All calls, in order.
        facts: The sides, as last seen.
        outputs: Comparisons of forecasts.
        conditions: The machine meanwhile; None before the blocks ended.
        energy: Where NVML gives it.
        scaling: Other shapes, if asked for.
        ended: Why the sampling ended, for people; empty if it did not come to its end.
        complete: Whether the benchmark came to its end.
        failure: What ended it before, if that was no wish of the user's.
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
        """What is known of a side."""
        return next((one for one in self.facts if one.side is side), None)

    def start_of(self, side: Side, cache: Cache) -> Start | None:
        """A fresh start of a side."""
        return next((one for one in self.starts if (one.side, one.cache) == (side, cache)), None)
