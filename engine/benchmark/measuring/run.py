"""Run the jobs of a measuring process, all but a fresh start: see `start.py` for that."""

import gc

from engine.benchmark.measuring.events import Called, Forecasted, Scaled, SideKnown
from engine.benchmark.measuring.job import (
    CallSide,
    DescribeSide,
    ForecastEagerly,
    ForecastSide,
    PrepareSides,
    ScaleSide,
)
from engine.benchmark.measuring.sides import (
    LoadedSides,
    eager_forecaster,
    facts,
    forecast,
    prepare,
    scaled,
)
from engine.runtime.context import JobContext
from engine.runtime.job import Job

LOADED = "sides"
"""Key of the loaded sides in the cache of the process."""


def run(job: Job, context: JobContext) -> None:
    """Run one of the jobs of `engine.benchmark.measuring.job`.

    Raises:
        UserError: A model cannot be loaded.
    """
    if isinstance(job, PrepareSides):
        context.cache.get(LOADED, lambda: prepare(job, context), still_good=lambda _kept: False)
        # The models stay, so no collection needs to look at them.
        gc.collect()
        gc.freeze()
        return
    loaded = context.cache.get(LOADED, _nothing_loaded)
    match job:
        case CallSide(side=side, input=input_):
            timing = loaded.sides[side].call(loaded.inputs[input_], loaded.workload)
            context.emit(Called(timing))
        case DescribeSide(side=side):
            context.emit(SideKnown(facts(side, loaded.sides[side])))
        case ForecastSide(side=side):
            context.emit(Forecasted(forecast(loaded, loaded.sides[side].forecaster)))
        case ForecastEagerly(side=side, exact=exact):
            forecaster = eager_forecaster(loaded, side, exact=exact)
            context.emit(Forecasted(forecast(loaded, forecaster)))
        case ScaleSide():
            context.emit(Scaled(scaled(job, loaded)))
        case _:
            raise TypeError(f"A measuring process cannot run {type(job).__name__}")


def _nothing_loaded() -> LoadedSides:
    """Refuse a call before `PrepareSides`.

    Raises:
        RuntimeError: Always.
    """
    raise RuntimeError("A side was called before it was loaded")
