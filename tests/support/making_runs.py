"""Make runs from given times, without measuring anything."""

import dataclasses
from typing import Any

import numpy as np

from engine.benchmark.calls import CacheState, Call, Phase, Start
from engine.benchmark.measurements import OutputCheck, Run, SideFacts
from engine.benchmark.setup import Setup, Shape, Side
from engine.config.presets import PRESETS
from engine.results.call_split import CallSplit
from engine.results.judgement import Status
from engine.results.model import ModelDescription
from engine.results.proof import CompileProof

MODEL = ModelDescription(
    source="demo",
    folder="/models/demo",
    parameters=1,
    dtype="float32",
    attention="eager",
    device="cpu",
    context_length=2048,
    horizon=256,
    quantile_levels=(0.5,),
    seconds=0.1,
)
PROOF = CompileProof(
    scope="blocks",
    backend="inductor",
    mode="default",
    dynamic="true",
    compilations=(),
    graph_breaks={},
    cache_hits=0,
    cache_misses=1,
    calls=100,
    graph_runs=400,
    uncompiled_calls=0,
    cuda_graphs="not on a CPU",
)
AGREES = "Largest difference: 0.000001 standard deviations."
SETUP = Setup(
    names=("eager", "compiled"),
    configs=(PRESETS["production_eager"], PRESETS["production_compiled"]),
    data="sales.csv",
    shape=Shape(items=4, rows=4, targets=1, steps=512, horizon=24),
    processes=1,
    margin=0.02,
    calls_per_hour=None,
    began="2026-01-01T12:00:00+00:00",
)


def timed_call(side: Side, seconds: float, round_number: int = -1, **changes: Any) -> Call:
    """Return a call; steady if it is in a round."""
    made = Call(
        side=side,
        phase=Phase.STEADY if round_number >= 0 else Phase.WARM_UP,
        round=round_number,
        number=0,
        input=0,
        at=0.0,
        seconds=seconds,
        split=CallSplit(0.1 * seconds, 0.8 * seconds, 0.1 * seconds),
    )
    return dataclasses.replace(made, **changes)


def alternating_calls(
    seconds: np.ndarray, speed: float, side: Side = Side.B, first: int = 0
) -> list[Call]:
    """Return calls in rounds A B B A and B A A B.

    Args:
        seconds: Shape (4 rounds,): duration of each call of A; a faster side takes less.
        speed: Speed of the side relative to A.
        side: The side that alternates with A.
        first: Number of the first round.
    """
    calls = []
    for index, duration in enumerate(seconds):
        number, position = divmod(index, 4)
        inner = position in (1, 2)
        called = side if inner != (number % 2 == 1) else Side.A
        taken = duration / speed if called is side else duration
        calls.append(timed_call(called, taken, first + number))
    return calls


def start(side: Side, cache: CacheState, first_call: float) -> Start:
    """Return a fresh start with a given duration of the first call."""
    return Start(
        side=side,
        cache=cache,
        importing=3.0,
        loading=0.5,
        first_call=first_call,
        compiling=max(0.0, first_call - 1),
        warm_up=0.0,
        steady=0.0,
        peak_memory=500_000_000,
        peak_gpu_memory=None,
        fallback="",
    )


def complete_run(speed: float = 1.3, noise: float = 0.01, rounds: int = 60, **changes: Any) -> Run:
    """Return a complete run in which B has a known speed."""
    seconds = 0.01 * np.exp(np.random.default_rng(0).normal(0, noise, 4 * rounds))
    run = Run(
        setup=SETUP,
        starts=(
            start(Side.A, CacheState.NONE, 0.02),
            start(Side.B, CacheState.COLD, 20.0),
            start(Side.B, CacheState.WARM, 5.0),
        ),
        calls=(
            timed_call(Side.A, 0.03, phase=Phase.FIRST),
            timed_call(Side.B, 20.0, phase=Phase.FIRST),
            *(timed_call(side, 0.01) for side in (Side.A, Side.B) for _ in range(8)),
            *alternating_calls(seconds, speed),
        ),
        facts=(SideFacts(Side.A, MODEL), SideFacts(Side.B, MODEL, PROOF)),
        outputs=(OutputCheck(Side.B, Status.PASS, AGREES, 1e-6),),
        ended="the interval was narrow enough",
        complete=True,
    )
    return dataclasses.replace(run, **changes)
