"""The jobs that are killed, for the session and for the window alike."""

import os
import tempfile
from collections.abc import Callable

from engine.benchmark.job import Benchmark
from engine.check.job import Check
from engine.config.presets import PRESETS
from engine.config.settings import CompileConfig
from engine.data import load
from engine.data.samples import sample
from engine.data.series import SeriesSet
from engine.forecast.job import Forecast
from engine.runtime.job import Job
from engine.validation.job import Validate

REPLACED_AFTER = 1.0
"""Seconds after which a validation makes room for a forecast."""


def captured() -> CompileConfig:
    """Return settings that compile without generating code, which takes a second."""
    return PRESETS["fast_testing"].replace(cache_dir=os.environ["TORCHINDUCTOR_CACHE_DIR"])


def compiled() -> CompileConfig:
    """Return settings that generate code, in a folder where there is none yet."""
    folder = tempfile.mkdtemp(dir=os.environ["XDG_CACHE_HOME"])
    return PRESETS["production_compiled"].replace(cache_dir=folder)


def benchmark(series: SeriesSet) -> Benchmark:
    """Return a benchmark that takes some ten seconds."""
    return Benchmark(
        a=CompileConfig(context_length=64),
        b=PRESETS["safest"].replace(context_length=64),
        data=series,
        horizon=8,
        time_budget=1,
        starts=False,
        bfloat16=False,
    )


def make(name: str) -> Job:
    """Return a job by its name; "replaced" is the validation that makes room for a forecast."""
    return MAKERS[name](load(sample()))


MAKERS: dict[str, Callable[[SeriesSet], Job]] = {
    "check": lambda _series: Check(config=captured()),
    "forecast": lambda series: Forecast(config=CompileConfig(), data=series),
    "compare": lambda series: Forecast(config=captured(), data=series, compare=True),
    "compile": lambda series: Forecast(config=compiled(), data=series),
    "benchmark": benchmark,
    "replaced": lambda series: Validate(config=captured(), data=series),
}
