"""Checks of compilation itself: that it runs, that it ran, and that its failure is survived."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from engine.base.wording import as_sentence, counted
from engine.model import forecaster
from engine.model.forecaster import Forecaster
from engine.results.judgement import Status
from engine.results.proof import CompileProof
from engine.runtime.events import Event, FellBack
from engine.validation.case import Case, Group
from engine.validation.report import Row
from engine.validation.suite.scenarios import candle_series
from engine.validation.suite.sides import Sides, forecast_case, largest_gap

OFF = "Compilation is off."


def smoke(sides: Sides) -> Row:
    """The first forecast: it compiles, and every value of it is finite."""
    check, group = "first forecast", Group.COMPILATION
    result = forecast_case(sides.configured, Case(check, group, candle_series()))
    items = result.forecast.items
    broken = sum(not np.isfinite(item.values).all() for item in items)
    if broken:
        sentence = f"{broken} of {len(items)} items hold NaN or infinity."
        return Row(check, group, Status.FAIL, sentence, broken, 0, "items")
    if not sides.config.enabled:
        return Row(check, group, Status.PASS, f"Every value is finite. {OFF}")
    if not result.compiled:
        return Row(check, group, Status.FAIL, _why_eager(sides))
    proof = sides.proof
    if proof is None or not proof.compilations:
        how = "Its code was compiled before"
    else:
        how = f"Compiled in {proof.seconds:.1f} s"
    return Row(check, group, Status.PASS, f"{how}; every value is finite.")


def _why_eager(sides: Sides) -> str:
    cause = sides.configured.fallback_cause
    return f"It fell back to eager: {cause}" if cause else "No compiled code ran, and nobody knew."


def compiled_code_ran(sides: Sides) -> Row:
    """The proof, after all other checks: compiled code ran in every call."""
    check, group = "compiled code ran", Group.COMPILATION
    if not sides.config.enabled:
        return Row(check, group, Status.NOT_RUN, OFF, excused=True)
    proof, whole = sides.proof, sides.configured.proof()
    cause = sides.configured.fallback_cause
    if cause:
        return Row(check, group, Status.FAIL, f"It fell back to eager: {cause}")
    if proof is None or whole is None or not proof.compiled_code_ran:
        calls, idle = (proof.calls, proof.uncompiled_calls) if proof else (0, 0)
        what = f"{idle} of {counted(calls, 'call')} ran eager code although compilation is on."
        return Row(check, group, Status.FAIL, what, idle, 0, "calls")
    if warned := _warned(Row(check, group, Status.WARN, ""), proof, whole):
        return warned
    what = (
        f"In all {counted(proof.calls, 'call')}: {counted(whole.graphs, 'graph')} without a break, "
        f"run {counted(proof.graph_runs, 'time')}; {counted(len(proof.recompiles), 'recompile')}."
    )
    return Row(check, group, Status.PASS, what)


def _warned(row: Row, proof: CompileProof, whole: CompileProof) -> Row | None:
    """What limits the proof, of this job or of all; None if nothing does."""
    if proof.hollow:
        what = f"{as_sentence(proof.hollow)} Equal forecasts say nothing about compiled code."
        return replace(row, sentence=what)
    # Code that was compiled for an earlier job is as broken, or as whole, as it was then.
    if whole.graph_breaks:
        breaks = sum(whole.graph_breaks.values())
        what = _broken_graph(whole)
        return replace(row, sentence=what, figure=breaks, bound=0, unit="graph breaks")
    if whole.skipped_cuda_graphs:
        what = f"Compiled code ran, and CUDA graphs were {whole.skipped_cuda_graphs}."
        return replace(row, sentence=what)
    return None


def _broken_graph(proof: CompileProof) -> str:
    breaks = sum(proof.graph_breaks.values())
    reason = next(iter(proof.graph_breaks)).strip().splitlines()[0].rstrip(".")
    return f"Compiled code ran, but the graph breaks {counted(breaks, 'time')} ({reason})."


class _FailingBackend:
    """Generates no code: it raises, and counts how often it was asked."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, _graph: torch.fx.GraphModule, _inputs: list[torch.Tensor]) -> Any:
        self.calls += 1
        raise RuntimeError("This backend fails on purpose")


def fallback(sides: Sides) -> Row:
    """A backend that raises: the forecast is eager's, a warning is given, and no second try."""
    check, group = "fallback", Group.COMPILATION
    if not sides.config.enabled:
        return Row(check, group, Status.NOT_RUN, OFF, excused=True)
    backend = _FailingBackend()
    told: list[Event] = []
    failing = Forecaster(sides.model, sides.config, told.append, backend=backend)
    case = Case(check, group, candle_series())
    with without_reasons():
        eager, first = forecast_case(sides.eager, case), forecast_case(failing, case)
    asked = backend.calls
    second = forecast_case(failing, case)
    return _judge_fallback(
        [
            ("the failing backend was never asked", asked > 0),
            ("nothing was told", any(isinstance(event, FellBack) for event in told)),
            ("compilation stayed on", failing.fallback_cause is not None),
            ("it was tried again", backend.calls == asked),
            ("the forecast was called compiled", not (first.compiled or second.compiled)),
            ("the first forecast is not eager's", largest_gap(eager, first) == 0),
            ("the second forecast is not eager's", largest_gap(eager, second) == 0),
        ],
        Row(
            check,
            group,
            Status.PASS,
            "With a backend that raises, the forecast is eager's to the bit, a warning is given, "
            "and compilation stays off.",
        ),
    )


@contextmanager
def without_reasons() -> Iterator[None]:
    """A scope in which the log does not fill with the traceback of what fails on purpose."""
    logger = logging.getLogger(forecaster.__name__)
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)


def _judge_fallback(expected: Sequence[tuple[str, bool]], passed: Row) -> Row:
    wrong = [what for what, kept in expected if not kept]
    if not wrong:
        return passed
    sentence = f"With a backend that raises: {'; '.join(wrong)}."
    return Row(passed.check, passed.group, Status.FAIL, sentence, len(wrong), 0, "broken promises")
