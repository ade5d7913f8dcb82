"""The stages of a benchmark, in the words of its progress."""

from collections.abc import Mapping

from engine.benchmark.job import Benchmark
from engine.benchmark.measurements import Cache
from engine.benchmark.setup import BFLOAT16_NAME, Side
from engine.config.settings import CompileConfig

LOADING, COMPARING = "Loading both models", "Comparing the forecasts"
TIMING = "Timing both in alternation"


def stages(job: Benchmark) -> tuple[str, ...]:
    """Return the stages of a job in order; other shapes are not among them."""
    configs = {Side.A: job.a, Side.B: job.b}
    names = dict(zip(configs, job.names, strict=True))
    starts = wanted_starts(configs) if job.starts else ()
    bfloat16 = (warming_up(BFLOAT16_NAME),) if times_bfloat16(job) else ()
    return (
        *(starting(names[side], cache) for side, cache in starts),
        LOADING,
        *map(warming_up, job.names),
        COMPARING,
        TIMING,
        *bfloat16,
    )


def wanted_starts(configs: Mapping[Side, CompileConfig]) -> tuple[tuple[Side, Cache], ...]:
    """Return the fresh starts to measure."""
    return tuple(
        (side, cache)
        for side in (Side.A, Side.B)
        for cache in ((Cache.COLD, Cache.WARM) if configs[side].enabled else (Cache.NONE,))
    )


def times_bfloat16(job: Benchmark) -> bool:
    """Say whether to time eager in bfloat16 too: both sides are in float32."""
    return job.bfloat16 and job.a.dtype == "float32" and job.b.dtype == "float32"


def starting(name: str, cache: Cache) -> str:
    """Return the stage of a fresh start."""
    kind = "" if cache is Cache.NONE else f", {cache} cache"
    return f"Starting {name} in a fresh process{kind}"


def warming_up(name: str) -> str:
    """Return the stage of a side's warm-up."""
    return f"Warming up {name}"
