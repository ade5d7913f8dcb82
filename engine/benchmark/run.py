"""Run the benchmark: fresh starts, calls in alternation, and the verdict.

This process imports no torch, and does nothing while calls are timed.
"""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from time import perf_counter

from engine.benchmark import events
from engine.benchmark.job import Benchmark
from engine.benchmark.measurements import Run
from engine.benchmark.measuring.bench import bench
from engine.benchmark.measuring.events import Started
from engine.benchmark.measuring.inputs import first_items, shape_of
from engine.benchmark.measuring.job import TakeStart, Workload
from engine.benchmark.measuring.processes import (
    cache_folders,
    measuring_process,
    share_a_process,
)
from engine.benchmark.outcome import BenchmarkOutcome, Judged
from engine.benchmark.setup import Setup, Side
from engine.benchmark.stages import starting, times_bfloat16, wanted_starts
from engine.config.settings import CompileConfig
from engine.model.checkpoint import read_checkpoint
from engine.model.sources import locate
from engine.runtime.context import JobContext
from engine.runtime.events import Event, Progress
from engine.runtime.job_data import read_series


def run(job: Benchmark, context: JobContext) -> None:
    """Run the job; its docstring lists its events.

    Raises:
        UserError: The user can mend the cause.
        JobError: A measuring process failed.
        Cancelled: The job was asked to stop.
    """
    outcome = BenchmarkOutcome()

    def emit(event: Event) -> None:
        outcome.handle(event)
        context.emit(event)

    recorded = dataclasses.replace(context, emit=emit)
    began = perf_counter()
    batch = first_items(read_series(job.data, recorded), job.rows)
    limit = _context_limit(job, recorded)
    context_length = min(limit, max(config.context_length or limit for config in (job.a, job.b)))
    workload = Workload(
        series=batch, horizon=job.horizon, context_length=context_length, device=job.device
    )
    setup = Setup(
        names=job.names,
        configs=(job.a, job.b),
        data=Path(batch.source).name or "series",
        shape=shape_of(batch, job.horizon, context_length),
        processes=1 if share_a_process(job.a, job.b) else 2,
        margin=job.margin,
        calls_per_hour=job.calls_per_hour,
        began=datetime.now().astimezone().isoformat(timespec="seconds"),
    )
    emit(events.BenchmarkBegan(setup))
    with cache_folders() as folders:
        configs = {side: setup.config(side).replace(cache_dir=folders[side]) for side in Side}
        if not times_bfloat16(job):
            del configs[Side.BFLOAT16]
        if job.starts:
            _measure_starts(setup, configs, workload, recorded)
        with bench(setup, configs, workload, recorded) as sides:
            sides.measure(began, began + job.time_budget)
            if job.scaling:
                sides.scale(limit)
    judged = Judged.of(dataclasses.replace(measured(outcome), complete=True))
    emit(events.Benchmarked(judged.summary, judged.verdict))


def _context_limit(job: Benchmark, context: JobContext) -> int:
    """Return the longest context of both models, in steps.

    Raises:
        UserError: A model cannot be found or read.
    """

    def report(text: str) -> None:
        context.emit(Progress(text))

    limits = []
    for source in dict.fromkeys((job.a.model, job.b.model)):
        config = read_checkpoint(locate(source, report)).config
        limits.append(config.chronos_config.context_length)
    return min(limits)


def measured(outcome: BenchmarkOutcome) -> Run:
    """Return the run of an outcome."""
    if outcome.run is None:
        raise RuntimeError("The benchmark ended before it began")
    return outcome.run


def _measure_starts(
    setup: Setup,
    configs: Mapping[Side, CompileConfig],
    workload: Workload,
    context: JobContext,
) -> None:
    """Measure the time to the first forecast, each in a fresh process.

    A cold start of a side that compiles fills its cache for the warm start after it, and for the
    process that is timed later.
    """
    for side, cache in wanted_starts(configs):
        # Without a count: one start takes ten times as long as another.
        context.emit(Progress(starting(setup.name(side), cache)))
        with measuring_process(configs[side], context) as process:
            job = TakeStart(
                config=configs[side],
                side=side,
                cache=cache,
                workload=workload,
                spawned=process.spawned,
            )
            reply = process.ask_one(job, Started)
        context.emit(events.StartMeasured(reply.start))
