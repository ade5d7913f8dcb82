"""What a benchmark does one after the other, in the words of its progress."""

from collections.abc import Mapping

from engine.benchmark.job import Benchmark
from engine.benchmark.measurements import HALF_NAME, Cache, Side
from engine.config.settings import CompileConfig

LOADING, COMPARING, TURNS = "Loading what is timed", "Comparing the forecasts", "Taking turns"


def stages(job: Benchmark) -> tuple[str, ...]:
    """The stages of a job in their order, other shapes left out."""
    configs = {Side.A: job.a, Side.B: job.b}
    names = dict(zip(configs, job.names, strict=True))
    starts = wanted_starts(configs) if job.starts else ()
    half = (warming_up(HALF_NAME),) if wants_half(job) else ()
    return (
        *(starting(names[side], cache) for side, cache in starts),
        LOADING,
        *map(warming_up, job.names),
        COMPARING,
        TURNS,
        *half,
    )


def wanted_starts(configs: Mapping[Side, CompileConfig]) -> tuple[tuple[Side, Cache], ...]:
    """The fresh starts that are measured."""
    return tuple(
        (side, cache)
        for side in (Side.A, Side.B)
        for cache in ((Cache.COLD, Cache.WARM) if configs[side].enabled else (Cache.NONE,))
    )


def wants_half(job: Benchmark) -> bool:
    """Whether eager in bfloat16 is worth a look: neither side is it."""
    return job.half and job.a.dtype == "float32" and job.b.dtype == "float32"


def starting(name: str, cache: Cache) -> str:
    """A fresh start."""
    words = "" if cache is Cache.NONE else f", {cache} cache"
    return f"Starting {name} in a fresh process{words}"


def warming_up(name: str) -> str:
    """The calls of a side before turns are taken."""
    return f"Warming up {name}"
