"""The sides of a benchmark in their processes, and what they are asked in turn."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from time import perf_counter

from engine.base.findings import Finding, Severity
from engine.benchmark.events import (
    EnergyMeasured,
    OutputCompared,
    SampleTaken,
    SamplingEnded,
    ShapeMeasured,
    SideDescribed,
    SpeedEstimated,
)
from engine.benchmark.judging.statistics import Interval
from engine.benchmark.measurements import ScalePoint, Setup, Side, SideFacts
from engine.benchmark.measuring.conditions import conditions, snapshot
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
from engine.benchmark.measuring.sampling import Call, Sampler
from engine.benchmark.measuring.scaling import SECONDS_EACH, measure_scaling
from engine.benchmark.stages import COMPARING, LOADING, TURNS, warming_up
from engine.check.job import DescribeMachine
from engine.config.settings import CompileConfig
from engine.results.forecasts import ForecastSet
from engine.results.machine import GpuDescription
from engine.runtime import events
from engine.runtime.context import JobContext
from engine.runtime.failures import JobError

LEAST_SAMPLING = 10.0
"""Seconds that turns are taken for at least, however long all that comes before them took."""

HALF_SHARE = 0.1
"""Share of the time for calls that bfloat16 gets."""


@dataclass(slots=True)
class Bench:
    """The sides in their processes, ready to be called.

    Attributes:
        setup: What is compared.
        configs: The sides, with cache folders of their own.
        workload: What is forecast.
        context: Is told everything.
        processes: Where each side lives.
        gpus: Those that torch sees, by its numbers.
    """

    setup: Setup
    configs: Mapping[Side, CompileConfig]
    workload: Workload
    context: JobContext
    processes: Mapping[Side, MeasuringProcess]
    gpus: tuple[GpuDescription, ...]

    def call(self, side: Side, place: int) -> Call:
        """Has a side forecast once."""
        job = CallSide(side=side, place=place)
        return self.processes[side].ask_one(job, Called).call

    def measure(self, began: float, deadline: float) -> None:
        """Warm-up, comparison of outputs, turns, and what comes after them."""
        emit = self.context.emit

        def estimated(speed: Interval) -> None:
            emit(SpeedEstimated(speed))
            left = max(0.0, deadline - perf_counter())
            emit(events.Progress(TURNS, int(time_left - left), int(time_left)))

        sampler = Sampler(
            caller=self,
            margin=self.setup.margin,
            deadline=deadline,
            tell=lambda sample: emit(SampleTaken(sample)),
            estimated=estimated,
            check_cancelled=self.context.check_cancelled,
            began=began,
        )
        for side in (Side.A, Side.B):
            self._warm_up(sampler, side)
        emit(events.Progress(COMPARING))
        self.compare_outputs()
        deadline = max(deadline, perf_counter() + LEAST_SAMPLING)
        time_left = deadline - perf_counter()
        share = HALF_SHARE if Side.HALF in self.configs else 0.0
        sampler.deadline = deadline - share * time_left
        before = snapshot()
        why = sampler.take_blocks()
        after = snapshot()
        gpus = {
            side: gpu_of(self.describe(side).model.device, self.gpus) for side in (Side.A, Side.B)
        }
        used = set(filter(None, gpus.values()))
        emit(SamplingEnded(why, conditions(before, after, used)))
        if Side.HALF in self.configs and not sampler.fallbacks:
            sampler.deadline = deadline
            self._warm_up(sampler, Side.HALF)
            sampler.take_half_blocks()
        for energy in measure_energy(self, gpus):
            emit(EnergyMeasured(energy))

    def _warm_up(self, sampler: Sampler, side: Side) -> None:
        self.context.emit(events.Progress(warming_up(self.setup.name(side))))
        sampler.warm_up(side)
        self.describe(side)

    def describe(self, side: Side) -> SideFacts:
        """Tells what is known of a side now."""
        job = DescribeSide(side=side)
        facts = self.processes[side].ask_one(job, SideKnown).facts
        self.context.emit(SideDescribed(facts))
        return facts

    def compare_outputs(self) -> None:
        """Compares every side's forecast with an eager one, and both with float64.

        A compiled forecast is never what others are judged by: it may be what is wrong.
        """
        eager, truth = (self._forecast_eagerly(exact) for exact in (False, True))
        half = (Side.HALF,) if Side.HALF in self.configs else ()
        for side in (*self.setup.judged, *half):
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
        """Times both sides at other shapes; one that fails ends it, and costs nothing else."""
        try:
            for point in measure_scaling(limit, self._time_shape):
                self.context.emit(ShapeMeasured(point))
        except JobError as error:
            self.context.emit(events.Noticed(shapes_failed(error)))

    def _time_shape(self, side: Side, items: int, steps: int) -> ScalePoint:
        name = self.setup.name(side)
        self.context.emit(events.Progress(f"Scaling: {name}, {items} series x {steps} steps"))
        job = ScaleSide(side=side, items=items, steps=steps, seconds=SECONDS_EACH)
        return self.processes[side].ask_one(job, Scaled).point


def shapes_failed(error: JobError) -> Finding:
    """What is said when a shape cannot be timed."""
    return Finding(
        Severity.WARNING,
        "scaling",
        f"A larger shape could not be timed. {error.failed.sentence}",
        done="The shapes before it were.",
        remedy=error.failed.remedy,
    )


@contextmanager
def bench(
    setup: Setup,
    configs: Mapping[Side, CompileConfig],
    workload: Workload,
    context: JobContext,
) -> Iterator[Bench]:
    """A scope with the sides in one process, or in two where they need it."""
    with ExitStack() as stack:
        compiling = next((side for side in (Side.A, Side.B) if configs[side].enabled), Side.A)
        groups = [[Side.A, Side.B]] if setup.processes == 1 else [[Side.A], [Side.B]]
        processes: dict[Side, MeasuringProcess] = {}
        gpus: tuple[GpuDescription, ...] = ()
        context.emit(events.Progress(LOADING))
        for number, group in enumerate(groups):
            if number == 0 and Side.HALF in configs:
                group.append(Side.HALF)
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
                asked = DescribeMachine()
                described = process.ask_one(asked, events.MachineDescribed)
                gpus = described.machine.gpus
                context.emit(described)
        yield Bench(setup, configs, workload, context, processes, gpus)
