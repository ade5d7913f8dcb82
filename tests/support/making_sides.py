"""Sides of a benchmark in this process, with real forecasts and planted faults."""

import dataclasses
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

import torch

from engine.benchmark.judging.summary import Summary, summarise
from engine.benchmark.judging.verdict import Verdict, judge
from engine.benchmark.measurements import OutputCheck, Run
from engine.benchmark.measuring.inputs import rotated, shape_of
from engine.benchmark.measuring.job import Workload
from engine.benchmark.measuring.rounds import INPUTS, CallTiming, Rounds
from engine.benchmark.measuring.sides import facts
from engine.benchmark.measuring.timing import TimedSide
from engine.benchmark.setup import Side
from engine.model.forecaster import Forecaster
from engine.results.judgement import Status
from tests.support.making_runs import SETUP


class Here:
    """Calls both sides in this process."""

    def __init__(self, a: Forecaster, b: Forecaster, workload: Workload) -> None:
        self.sides = {Side.A: TimedSide(a), Side.B: TimedSide(b)}
        self.workload = workload
        self._inputs = [rotated(workload.series, index) for index in range(INPUTS)]

    def call(self, side: Side, input: int) -> CallTiming:  # noqa: A002  as in `Caller`
        return self.sides[side].call(self._inputs[input], self.workload)


def silent(_event: object) -> None:
    """Ignore an event."""


def judged(caller: Here, seconds: float, margin: float) -> tuple[Run, Summary, Verdict]:
    """Time both sides in alternation and judge, as a benchmark does, with equal forecasts."""
    rounds = Rounds(caller=caller, margin=margin, deadline=perf_counter() + seconds)
    for side in caller.sides:
        rounds.warm_up(side)
    ended = rounds.time_rounds()
    a, b = (side.forecaster.config for side in caller.sides.values())
    workload = caller.workload
    setup = dataclasses.replace(
        SETUP,
        names=("A", "B"),
        configs=(a, b),
        shape=shape_of(workload.series, workload.horizon, workload.context_length),
        margin=margin,
    )
    run = Run(
        setup,
        calls=tuple(rounds.calls),
        facts=tuple(facts(side, timed) for side, timed in caller.sides.items()),
        outputs=(OutputCheck(Side.B, Status.PASS, "The same weights.", 0.0),),
        ended=ended,
        complete=True,
    )
    summary = summarise(run)
    return run, summary, judge(run, summary)


def failing_at(number: int) -> Callable[..., Any]:
    """Return a backend with code that fails in its n-th run.

    Args:
        number: The n.
    """
    runs = 0

    def backend(graph: torch.fx.GraphModule, _inputs: list[torch.Tensor]) -> Any:
        def run(*arguments: Any) -> Sequence[Any]:
            nonlocal runs
            runs += 1
            if runs == number:
                raise RuntimeError("the driver went away")
            result: Sequence[Any] = graph.forward(*arguments)
            return result

        return run

    return backend
