"""The stages of a benchmark, as its progress names them."""

from collections.abc import Mapping

from engine.benchmark.calls import CacheState
from engine.benchmark.job import Benchmark
from engine.benchmark.setup import BFLOAT16_NAME, Side
from engine.config.settings import CompileConfig

LOADING, COMPARING = "Loading both models", "Comparing the forecasts"
TIMING = "Timing both in alternation"


def stages(job: Benchmark) -> tuple[str, ...]:
    """Return the stages of a job in order, without those at other shapes."""
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


def wanted_starts(
    configs: Mapping[Side, CompileConfig],
) -> tuple[tuple[Side, CacheState], ...]:
    """Return the fresh starts to measure."""
    return tuple((side, cache) for side in (Side.A, Side.B) for cache in _starts_of(configs[side]))


def _starts_of(config: CompileConfig) -> tuple[CacheState, ...]:
    """Return the states of the cache in which a side is started."""
    if config.compiles_ahead:
        return (CacheState.AHEAD,)
    return (CacheState.COLD, CacheState.WARM) if config.enabled else (CacheState.NONE,)


def times_bfloat16(job: Benchmark) -> bool:
    """Say whether to time eager in bfloat16 too: only if both sides are in float32."""
    return job.bfloat16 and job.a.precision == job.b.precision == "float32"


def starting(name: str, cache: CacheState) -> str:
    """Return the stage of a fresh start."""
    return f"Starting {name} in a fresh process{cache.suffix}"


def warming_up(name: str) -> str:
    """Return the stage of a side's warm-up."""
    return f"Warming up {name}"
