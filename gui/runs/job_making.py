"""What the user chose, as jobs for the engine."""

import dataclasses
import os

from engine.benchmark.job import Benchmark
from engine.check.job import Check
from engine.config.settings import CompileConfig
from engine.data.series import SeriesSet
from engine.forecast.job import Forecast
from engine.validation.job import Validate
from gui.runs.run_options import RunOptions

BENCHMARK_SECONDS = 150.0
"""Seconds that a benchmark should take, its starts included."""

MEASURE_STARTS = True
"""Whether a benchmark measures the time to the first forecast."""


WITHOUT_EFFECT = ("data", "time_budget")
"""Fields of jobs that are compared otherwise, or that make a result only more sure."""


def check_job(config: CompileConfig, device: str) -> Check:
    """A check of a configuration on this machine, also as the buttons run it: compiled."""
    return Check(config=config, device=device, variables=dict(os.environ), ahead=True)


def forecast_job(config: CompileConfig, series: SeriesSet, options: RunOptions) -> Forecast:
    """A forecast; of both modes where they are to be compared.

    Raises:
        UserError: No series is long enough for the holdout.
    """
    return Forecast(
        config=config.replace(enabled=True) if options.compare else config,
        holdout=options.holdout,
        data=series,
        horizon=options.horizon,
        context_length=options.context_length,
        device=options.device,
        compare=options.compare,
    )


def validate_job(config: CompileConfig, series: SeriesSet | None, options: RunOptions) -> Validate:
    """A validation of a configuration as it is when compiled, on or off at present."""
    return Validate(
        config=config.replace(enabled=True),
        data=series,
        horizon=options.horizon,
        context_length=options.context_length,
        device=options.device,
        holdout=options.holdout,
    )


def benchmark_job(
    config: CompileConfig, series: SeriesSet, options: RunOptions, seconds: float | None = None
) -> Benchmark:
    """A benchmark of eager against a configuration as it is when compiled.

    Args:
        config: The configuration.
        series: What is forecast.
        options: The user's.
        seconds: How long it should take; `BENCHMARK_SECONDS` if None.
    """
    # The same small-value policy on both sides, so that only compilation is compared.
    compiled = config.replace(enabled=True)
    policy = compiled.small_value_policy
    return Benchmark(
        a=config.replace(enabled=False, small_values=policy),
        b=compiled.replace(small_values=policy),
        data=series,
        horizon=options.horizon,
        context_length=options.context_length,
        device=options.device,
        time_budget=BENCHMARK_SECONDS if seconds is None else seconds,
        starts=MEASURE_STARTS,
    )


def what_differs(made: Validate | Benchmark, now: Validate | Benchmark) -> str:
    """Why a result is out of date: what the job that it is of has in another way than one of now.

    Returns:
        "other data", "other settings", or nothing.
    """
    if not _same_data(made.data, now.data):
        return "other data"
    names = [one.name for one in dataclasses.fields(made) if one.name not in WITHOUT_EFFECT]
    alike = all(_effect(getattr(made, name)) == _effect(getattr(now, name)) for name in names)
    return "" if alike else "other settings"


def _same_data(made: object, now: object) -> bool:
    """Whether both are the same series; the same file read twice is."""
    if isinstance(made, SeriesSet) and isinstance(now, SeriesSet):
        return made is now or made.same_as(now)
    return made is now


def _effect(value: object) -> object:
    """What of a job's field decides about results."""
    return value.deciding if isinstance(value, CompileConfig) else value
