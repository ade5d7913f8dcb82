"""The measuring process: sides that wait to be called. Runs the jobs of `calls`."""

import dataclasses
import gc
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from engine.base.errors import UserError
from engine.benchmark.measurements import ScalePoint, Side, SideFacts
from engine.benchmark.measuring.events import Called, Forecasted, Scaled, SideKnown
from engine.benchmark.measuring.inputs import resized, rotated
from engine.benchmark.measuring.job import (
    CallSide,
    DescribeSide,
    ForecastEagerly,
    ForecastSide,
    PrepareSides,
    ScaleSide,
    Workload,
)
from engine.benchmark.measuring.sampling import PLACES
from engine.benchmark.measuring.timing import ALL_ROWS, TimedSide
from engine.data.series import SeriesSet
from engine.forecast.run import model_for
from engine.model.compiling import make_room
from engine.model.forecaster import Forecaster
from engine.model.loading import load
from engine.results.forecasts import ForecastSet
from engine.runtime.context import JobContext
from engine.runtime.job import Job
from engine.validation.suite.sides import TRUTH, exactly

BENCH = "bench"
UNTIMED_CALLS = 3


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything that the calls need.

    Attributes:
        sides: Who can be called.
        inputs: The rotating inputs.
        workload: What is forecast.
    """

    sides: dict[Side, TimedSide]
    inputs: tuple[SeriesSet, ...]
    workload: Workload


def run(job: Job, context: JobContext) -> None:
    """Runs one of the jobs of `calls`.

    Raises:
        UserError: A model cannot be loaded.
    """
    if isinstance(job, PrepareSides):
        context.cache.get(BENCH, lambda: prepare(job, context), still_good=lambda _kept: False)
        # What is there now stays: collecting must not look through it again and again.
        gc.collect()
        gc.freeze()
        return
    bench = context.cache.get(BENCH, nothing_prepared)
    match job:
        case CallSide(side=side, place=place):
            called = bench.sides[side].call(bench.inputs[place], bench.workload)
            context.emit(Called(called))
        case DescribeSide(side=side):
            context.emit(SideKnown(facts(side, bench.sides[side])))
        case ForecastSide(side=side):
            context.emit(Forecasted(forecast(bench, bench.sides[side].forecaster)))
        case ForecastEagerly(side=side, exact=exact):
            forecaster = eager_forecaster(bench, side, exact=exact)
            context.emit(Forecasted(forecast(bench, forecaster)))
        case ScaleSide():
            context.emit(Scaled(scaled(job, bench)))
        case _:
            raise TypeError(f"{type(job).__name__} is no job of this process")


def nothing_prepared() -> Bench:
    """Stands where `PrepareSides` should have put something.

    Raises:
        RuntimeError: Always.
    """
    raise RuntimeError("A side was called before it was prepared")


def prepare(job: PrepareSides, context: JobContext) -> Bench:
    """Loads the models; sides with the same one share it."""
    sides: dict[Side, TimedSide] = {}
    # Which model is loaded is told of the sides that are configured, and of no other.
    silent = context.silent()
    for side, config in job.sides.items():
        told = silent if side is Side.HALF else context
        model = model_for(config, job.workload.device, told)
        sides[side] = TimedSide(Forecaster(model, config, lambda _event: None))
        context.emit(SideKnown(facts(side, sides[side])))
    inputs = tuple(rotated(job.workload.series, place) for place in range(PLACES))
    return Bench(sides, inputs, job.workload)


def facts(side: Side, timed: TimedSide) -> SideFacts:
    """What is known of a side now."""
    forecaster = timed.forecaster
    return SideFacts(
        side=side,
        model=forecaster.model.description,
        proof=forecaster.proof(),
        fallback=timed.fallback,
        fallback_call=timed.fallback_call,
        changed_values=timed.changed_values,
    )


def forecast(bench: Bench, forecaster: Forecaster) -> ForecastSet:
    """The input as it is, with all levels that the model was trained for."""
    return forecaster.forecast(
        bench.inputs[0],
        bench.workload.horizon,
        forecaster.model.description.quantile_levels,
        context_length=bench.workload.context_length,
        batch_size=ALL_ROWS,
    ).forecast


def eager_forecaster(bench: Bench, side: Side, *, exact: bool) -> Forecaster:
    """A side's model, not compiled, with the side's small-value policy; in float64 if exact."""
    own = bench.sides[side].forecaster
    model = own.model
    config = own.config.replace(enabled=False, small_values=own.config.small_value_policy)
    if exact:
        config = exactly(config)
        model = load(config, bench.workload.device, dtype=TRUTH)
    return Forecaster(model, config, lambda _event: None)


def scaled(job: ScaleSide, bench: Bench) -> ScalePoint:
    """The median time of a side at another shape.

    Raises:
        UserError: It gave compilation up, so that the time would be eager's.
    """
    side = bench.sides[job.side]
    make_room(side.forecaster.config)
    workload = dataclasses.replace(bench.workload, context_length=job.steps)
    batch = resized(bench.workload.series, job.items, job.steps)
    inputs = [rotated(batch, place) for place in range(PLACES)]
    seconds: list[float] = []
    for number in range(UNTIMED_CALLS):
        called = side.call(inputs[number], workload)
        if called.seconds > job.seconds and not called.compiled:
            seconds.append(called.seconds)
            break
    stop = perf_counter() + job.seconds
    while not seconds or perf_counter() < stop:
        seconds.append(side.call(inputs[len(seconds) % PLACES], workload).seconds)
    if side.fallback:
        raise UserError(f"Compilation had been given up: {side.fallback}")
    return ScalePoint(job.side, job.items, job.steps, median(seconds), len(seconds))
