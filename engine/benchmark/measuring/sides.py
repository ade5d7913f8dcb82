"""The sides that a measuring process has loaded: describe them, and have them forecast."""

from dataclasses import dataclass
from statistics import median
from time import perf_counter

from engine.base.errors import UserError
from engine.benchmark.calls import ScalePoint
from engine.benchmark.measurements import SideFacts
from engine.benchmark.measuring.events import SideKnown
from engine.benchmark.measuring.inputs import resized, rotated
from engine.benchmark.measuring.job import PrepareSides, ScaleSide, Workload
from engine.benchmark.measuring.rounds import INPUTS
from engine.benchmark.measuring.timing import TimedSide
from engine.benchmark.setup import Side
from engine.data.series import SeriesSet
from engine.model.cache import model_for
from engine.model.compiling import make_room
from engine.model.forecaster import Forecaster
from engine.model.loading import load
from engine.model.reference import TRUTH, exactly
from engine.results.forecasts import ForecastSet
from engine.runtime.context import JobContext

UNTIMED_CALLS = 3
"""Calls at another shape that are not timed, at most: the first ones compile."""


@dataclass(frozen=True, slots=True)
class LoadedSides:
    """The sides of this process, ready to be called.

    Attributes:
        sides: A timed forecaster for each side.
        inputs: The rotating inputs.
        workload: The forecast that every call makes.
    """

    sides: dict[Side, TimedSide]
    inputs: tuple[SeriesSet, ...]
    workload: Workload


def prepare(job: PrepareSides, context: JobContext) -> LoadedSides:
    """Load the models; sides with the same model share it."""
    sides: dict[Side, TimedSide] = {}
    # Eager in bfloat16 does not report its model, because the user did not choose it.
    silent = context.silent()
    for side, config in job.sides.items():
        voice = silent if side is Side.BFLOAT16 else context
        model = model_for(config, job.workload.device, voice)
        sides[side] = TimedSide(Forecaster(model, config, lambda _event: None))
        context.emit(SideKnown(facts(side, sides[side])))
    inputs = tuple(rotated(job.workload.series, number) for number in range(INPUTS))
    return LoadedSides(sides, inputs, job.workload)


def facts(side: Side, timed: TimedSide) -> SideFacts:
    """Return the state of a side."""
    forecaster = timed.forecaster
    return SideFacts(
        side=side,
        model=forecaster.model.description,
        proof=forecaster.proof(),
        fallback=timed.fallback,
        fallback_call=timed.fallback_call,
        changed_values=timed.changed_values,
    )


def forecast(loaded: LoadedSides, forecaster: Forecaster) -> ForecastSet:
    """Forecast the first input with all quantile levels of the model."""
    return forecaster.forecast(
        loaded.inputs[0],
        loaded.workload.horizon,
        forecaster.model.description.quantile_levels,
    ).forecast


def eager_forecaster(loaded: LoadedSides, side: Side, *, exact: bool) -> Forecaster:
    """Return a plain forecaster of a side's model and policy; in float64 if exact."""
    own = loaded.sides[side].forecaster
    model = own.model
    config = own.config.plain.replace(small_values=own.config.small_value_policy)
    if exact:
        config = exactly(config)
        model = load(config, loaded.workload.device, dtype=TRUTH)
    elif config.of_model != own.config.of_model:
        model = load(config, loaded.workload.device)
    return Forecaster(model, config, lambda _event: None)


def scaled(job: ScaleSide, loaded: LoadedSides) -> ScalePoint:
    """Return the median time of a side at another shape.

    Raises:
        UserError: It fell back, so the time would be eager's.
    """
    side = loaded.sides[job.side]
    make_room(side.forecaster.config)
    batch = resized(loaded.workload.series, job.items, job.steps)
    inputs = [rotated(batch, number) for number in range(INPUTS)]
    seconds: list[float] = []
    for number in range(UNTIMED_CALLS):
        called = side.call(inputs[number], loaded.workload)
        if called.seconds > job.seconds and not called.compiled:
            seconds.append(called.seconds)
            break
    stop = perf_counter() + job.seconds
    while not seconds or perf_counter() < stop:
        seconds.append(side.call(inputs[len(seconds) % INPUTS], loaded.workload).seconds)
    if side.fallback:
        raise UserError(f"The side fell back to eager. {side.fallback}")
    return ScalePoint(job.side, job.items, job.steps, median(seconds), len(seconds))
