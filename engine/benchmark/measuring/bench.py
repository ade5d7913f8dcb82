"""The sides of a benchmark in their processes, and the order in which they are measured."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from time import perf_counter

from engine.base.findings import Finding, Severity
from engine.benchmark.calls import ScalePoint
from engine.benchmark.events import (
    CallTimed,
    EnergyMeasured,
    OutputCompared,
    RoundsEnded,
    ShapeMeasured,
    SideDescribed,
    SpeedEstimated,
)
from engine.benchmark.judging.statistics import Interval
from engine.benchmark.measurements import SideFacts
from engine.benchmark.measuring.energy import gpu_of, measure_energy
from engine.benchmark.measuring.events import Called, Forecasted, Scaled, SideKnown
from engine.benchmark.measuring.job import (
    CallSide,
    DescribeSide,
    ForecastEagerly,
    ForecastSide,
    PrepareSides,
    ScaleSide,
    Workload,
)
from engine.benchmark.measuring.outputs import check_outputs
from engine.benchmark.measuring.processes import MeasuringProcess, measuring_process
from engine.benchmark.measuring.rounds import CallTiming, Rounds
from engine.benchmark.measuring.scaling import SECONDS_EACH, measure_scaling
from engine.benchmark.measuring.snapshots import conditions, snapshot
from engine.benchmark.setup import Setup, Side
from engine.benchmark.stages import COMPARING, LOADING, TIMING, warming_up
from engine.check.job import DescribeMachine
from engine.config.settings import CompileConfig
from engine.results.forecasts import ForecastSet
from engine.results.machine import GpuDescription
from engine.runtime import events
from engine.runtime.context import JobContext
from engine.runtime.failures import JobError

LEAST_TIMING = 10.0
"""Seconds of timing in alternation, at least, however long everything before it took."""

BFLOAT16_SHARE = 0.1
"""Share of the time for calls that eager in bfloat16 gets."""


@dataclass(slots=True)
class Bench:
    """The sides in their processes, ready to be called.

    Attributes:
        setup: What is compared.
        configs: The sides, with cache folders of their own.
        workload: The forecast that every call makes.
        context: Receives the events.
        processes: The process of each side.
        gpus: The GPUs that torch sees, by its numbers.
    """

    setup: Setup
    configs: Mapping[Side, CompileConfig]
    workload: Workload
    context: JobContext
    processes: Mapping[Side, MeasuringProcess]
    gpus: tuple[GpuDescription, ...]

    def call(self, side: Side, input: int) -> CallTiming:  # noqa: A002  what it is
        """Have a side forecast one of the rotating inputs."""
        return self.processes[side].ask_one(CallSide(side=side, input=input), Called).timing

    def measure(self, began: float, deadline: float) -> None:
        """Warm up both sides, compare their forecasts, time them in alternation, measure energy."""
        emit = self.context.emit

        def estimated(speed: Interval) -> None:
            emit(SpeedEstimated(speed))
            left = max(0.0, deadline - perf_counter())
            emit(events.Progress(TIMING, int(time_left - left), int(time_left)))

        rounds = Rounds(
            caller=self,
            margin=self.setup.margin,
            deadline=deadline,
            called=lambda call: emit(CallTimed(call)),
            estimated=estimated,
            check_cancelled=self.context.check_cancelled,
            began=began,
        )
        for side in (Side.A, Side.B):
            self._warm_up(rounds, side)
        emit(events.Progress(COMPARING))
        self.compare_outputs()
        deadline = max(deadline, perf_counter() + LEAST_TIMING)
        time_left = deadline - perf_counter()
        share = BFLOAT16_SHARE if Side.BFLOAT16 in self.configs else 0.0
        rounds.deadline = deadline - share * time_left
        before = snapshot()
        why = rounds.time_rounds()
        after = snapshot()
        gpus = {
            side: gpu_of(self.describe(side).model.device, self.gpus) for side in (Side.A, Side.B)
        }
        used = set(filter(None, gpus.values()))
        emit(RoundsEnded(why, conditions(before, after, used)))
        if Side.BFLOAT16 in self.configs and not rounds.fallbacks:
            rounds.deadline = deadline
            self._warm_up(rounds, Side.BFLOAT16)
            rounds.time_bfloat16()
        for energy in measure_energy(self, gpus):
            emit(EnergyMeasured(energy))

    def _warm_up(self, rounds: Rounds, side: Side) -> None:
        self.context.emit(events.Progress(warming_up(self.setup.name(side))))
        rounds.warm_up(side)
        self.describe(side)

    def describe(self, side: Side) -> SideFacts:
        """Report the state of a side."""
        job = DescribeSide(side=side)
        facts = self.processes[side].ask_one(job, SideKnown).facts
        self.context.emit(SideDescribed(facts))
        return facts

    def compare_outputs(self) -> None:
        """Compare every side's forecast with eager, and both with float64.

        A compiled forecast is never the reference, because it may be the wrong one.
        """
        eager, truth = (self._forecast_eagerly(exact) for exact in (False, True))
        bfloat16 = (Side.BFLOAT16,) if Side.BFLOAT16 in self.configs else ()
        for side in (*self.setup.judged, *bfloat16):
            check = check_outputs(
                side,
                self.workload.seen,
                (eager, self._forecast(side), truth),
                (self.configs[self.setup.reference], self.configs[side]),
            )
            self.context.emit(OutputCompared(check))

    def _forecast_eagerly(self, exact: bool) -> ForecastSet:
        side = self.setup.reference
        job = ForecastEagerly(side=side, exact=exact)
        return self.processes[side].ask_one(job, Forecasted).forecast

    def _forecast(self, side: Side) -> ForecastSet:
        job = ForecastSide(side=side)
        return self.processes[side].ask_one(job, Forecasted).forecast

    def scale(self, limit: int) -> None:
        """Time both sides at other shapes, until a shape fails."""
        try:
            for point in measure_scaling(limit, self._time_shape):
                self.context.emit(ShapeMeasured(point))
        except JobError as error:
            self.context.emit(events.FindingReported(_shapes_failed(error)))

    def _time_shape(self, side: Side, items: int, steps: int) -> ScalePoint:
        name = self.setup.name(side)
        self.context.emit(events.Progress(f"Scaling: {name}, {items} series x {steps} steps"))
        job = ScaleSide(side=side, items=items, steps=steps, seconds=SECONDS_EACH)
        return self.processes[side].ask_one(job, Scaled).point


def _shapes_failed(error: JobError) -> Finding:
    """Return the finding about a shape that cannot be timed."""
    return Finding(
        Severity.WARNING,
        "scaling",
        f"A larger shape could not be timed. {error.failed.sentence}",
        done="The smaller shapes were timed.",
        remedy=error.failed.remedy,
    )


@contextmanager
def bench(
    setup: Setup,
    configs: Mapping[Side, CompileConfig],
    workload: Workload,
    context: JobContext,
) -> Iterator[Bench]:
    """Open the sides in one process, or in two where they need it; close them afterwards."""
    with ExitStack() as stack:
        compiling = next((side for side in (Side.A, Side.B) if configs[side].enabled), Side.A)
        groups = [[Side.A, Side.B]] if setup.processes == 1 else [[Side.A], [Side.B]]
        processes: dict[Side, MeasuringProcess] = {}
        gpus: tuple[GpuDescription, ...] = ()
        context.emit(events.Progress(LOADING))
        for number, group in enumerate(groups):
            if number == 0 and Side.BFLOAT16 in configs:
                group.append(Side.BFLOAT16)
            decides = compiling if setup.processes == 1 else group[0]
            process = stack.enter_context(measuring_process(configs[decides], context))
            processes.update(dict.fromkeys(group, process))
            prepare = PrepareSides(
                sides={side: configs[side] for side in group},
                workload=workload,
            )
            for reply in process.ask(prepare, SideKnown):
                context.emit(SideDescribed(reply.facts))
            if number == 0:
                described = process.ask_one(DescribeMachine(), events.MachineDescribed)
                gpus = described.machine.gpus
                context.emit(described)
        yield Bench(setup, configs, workload, context, processes, gpus)
