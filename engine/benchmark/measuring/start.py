"""Measure the time to the first forecast, in a process that was started for it.

Nothing heavy is imported at the top, because the import is part of the measurement.
"""

from statistics import median
from time import perf_counter

from engine.benchmark.calls import Start
from engine.benchmark.judging.statistics import STEADY_WINDOW, is_steady
from engine.benchmark.measuring.events import Started
from engine.benchmark.measuring.inputs import rotated
from engine.benchmark.measuring.job import TakeStart
from engine.benchmark.measuring.rounds import INPUTS
from engine.runtime.context import JobContext

MOST_CALLS = 24
LONGEST_WARM_UP = 5.0
"""Seconds that the calls after the first may take, all together."""


def run(job: TakeStart, context: JobContext) -> None:
    """Run the job. Events: see `TakeStart`.

    Raises:
        UserError: The model cannot be loaded.
    """
    import chronos  # noqa: F401 - its import is timed

    from engine.benchmark.measuring.timing import (
        TimedSide,
        peak_gpu_memory,
        peak_memory,
        seconds_since,
    )
    from engine.model.forecaster import Forecaster
    from engine.model.loading import load

    importing = seconds_since(job.spawned)
    started = perf_counter()
    model = load(job.config, job.workload.device)
    side = TimedSide(Forecaster(model, job.config, lambda _event: None))
    loading = perf_counter() - started
    first = side.call(job.workload.series, job.workload)
    proof = side.forecaster.proof()
    seconds: list[float] = []
    while len(seconds) < MOST_CALLS and sum(seconds) < LONGEST_WARM_UP and not is_steady(seconds):
        inputs = rotated(job.workload.series, (len(seconds) + 1) % INPUTS)
        seconds.append(side.call(inputs, job.workload).seconds)
    steady = median(seconds[-STEADY_WINDOW:])
    context.emit(
        Started(
            Start(
                side=job.side,
                cache=job.cache,
                importing=importing,
                loading=loading,
                first_call=first.seconds,
                compiling=proof.seconds if proof else 0.0,
                warm_up=max(0.0, sum(seconds) - steady * len(seconds)),
                steady=steady,
                peak_memory=peak_memory(),
                peak_gpu_memory=peak_gpu_memory(side.device),
                fallback=side.fallback,
            )
        )
    )
