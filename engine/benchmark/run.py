"""The benchmark job: fresh starts, calls in turns, and the verdict.

This process imports no torch and does nothing while calls are timed.
"""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from time import perf_counter

from engine.benchmark.events import BenchmarkBegan, Benchmarked, StartMeasured
from engine.benchmark.job import Benchmark
from engine.benchmark.judging.summary import summarise
from engine.benchmark.judging.verdict import judge
from engine.benchmark.measurements import Run, Setup, Side
from engine.benchmark.measuring.bench import bench
from engine.benchmark.measuring.events import Started
from engine.benchmark.measuring.inputs import first_batch, shape_of
from engine.benchmark.measuring.job import TakeStart, Workload
from engine.benchmark.measuring.processes import cache_folders, measuring_process, share_a_process
from engine.benchmark.outcome import Recording
from engine.benchmark.stages import starting, wanted_starts, wants_half
from engine.config.settings import CompileConfig
from engine.model.checkpoint import locate, read_checkpoint, read_json
from engine.runtime import events
from engine.runtime.context import JobContext
from engine.runtime.job_data import read_series


def run(job: Benchmark, context: JobContext) -> None:
    """Runs the job. Events: see `jobs.Benchmark`.

    Raises:
        UserError: Something that the user can mend.
        JobError: A process that was measured in failed.
        Cancelled: The job was asked to stop.
    """
    recording = Recording()

    def emit(event: events.Event) -> None:
        recording.take(event)
        context.emit(event)

    inner = JobContext(emit, context.is_cancelled, context.cache, context.launcher)
    began = perf_counter()
    batch = first_batch(read_series(job.data, inner), job.batch_size)
    limit = context_limit(job, inner)
    context_length = min(job.context_length or limit, limit)
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
    emit(BenchmarkBegan(setup))
    with cache_folders() as folders:
        configs = {side: setup.config(side).replace(cache_dir=folders[side]) for side in Side}
        if not wants_half(job):
            del configs[Side.HALF]
        if job.starts:
            take_starts(setup, configs, workload, inner)
        with bench(setup, configs, workload, inner) as measured:
            measured.measure(began, began + job.time_budget)
            if job.scaling:
                measured.scale(limit)
    measured_run = dataclasses.replace(measured_so_far(recording), complete=True)
    summary = summarise(measured_run)
    emit(Benchmarked(summary, judge(measured_run, summary)))


def context_limit(job: Benchmark, context: JobContext) -> int:
    """The longest context that both models look at.

    Raises:
        UserError: A model cannot be found or read.
    """

    def tell(text: str) -> None:
        context.emit(events.Progress(text))

    limits = []
    for source in dict.fromkeys((job.a.model, job.b.model)):
        folder = locate(source, tell)
        read_checkpoint(folder)
        limits.append(int(read_json(folder / "config.json")["chronos_config"]["context_length"]))
    return min(limits)


def measured_so_far(recording: Recording) -> Run:
    """What was measured; everything, when asked at the end."""
    run_ = recording.run
    if run_ is None:
        raise RuntimeError("The benchmark ended before it began")
    return run_


def take_starts(
    setup: Setup,
    configs: Mapping[Side, CompileConfig],
    workload: Workload,
    context: JobContext,
) -> None:
    """Measures the time to the first forecast, each in a fresh process.

    A cold start of a side that compiles fills its cache folder for the warm one after it, and
    that for the process in which the turns are taken.
    """
    wanted = wanted_starts(configs)
    for side, cache in wanted:
        # Uncounted: one start takes ten times as long as another, and most of the run follows.
        context.emit(events.Progress(starting(setup.name(side), cache)))
        with measuring_process(configs[side], context) as process:
            job = TakeStart(
                config=configs[side],
                side=side,
                cache=cache,
                workload=workload,
                spawned=process.spawned,
            )
            reply = process.ask_one(job, Started)
        context.emit(StartMeasured(reply.start))
