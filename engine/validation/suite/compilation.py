"""Checks of compilation itself: every call runs compiled code, and the fallback works."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from engine.base.wording import as_sentence, counted
from engine.model import calling
from engine.model.forecaster import Forecaster
from engine.results.judgement import Status
from engine.results.proof import CompileProof
from engine.runtime.events import Event, FellBack
from engine.validation.case import Case, Group
from engine.validation.report import CheckResult
from engine.validation.suite.scenarios import candle_series
from engine.validation.suite.sides import Sides, forecast_case, largest_gap

OFF = "Compilation is off."


def smoke(sides: Sides) -> CheckResult:
    """Check that the first forecast compiles, and that every value is finite."""
    check, group = "first forecast", Group.COMPILATION
    result = forecast_case(sides.configured, Case(check, group, candle_series()))
    items = result.forecast.items
    broken = sum(not np.isfinite(item.values).all() for item in items)
    if broken:
        sentence = f"{broken} of {len(items)} items have NaN or infinity."
        return CheckResult(check, group, Status.FAIL, sentence, broken, 0, "items")
    if not sides.config.enabled:
        return CheckResult(check, group, Status.PASS, f"Every value is finite. {OFF}")
    if not result.compiled:
        return CheckResult(check, group, Status.FAIL, sides.why_eager)
    proof = sides.proof
    if proof is not None and proof.ahead_of_time:
        how = "Compiled ahead of time"
    elif proof is None or not proof.compilations:
        how = "Compiled by an earlier job"
    else:
        how = f"Compiled in {proof.seconds:.1f} s"
    return CheckResult(check, group, Status.PASS, f"{how}. Every value is finite.")


def compiled_code_ran(sides: Sides) -> CheckResult:
    """Check, after all other checks, that every call ran compiled code."""
    check, group = "compiled code ran", Group.COMPILATION
    if not sides.config.enabled:
        return CheckResult(check, group, Status.NOT_RUN, OFF, excused=True)
    proof, whole = sides.proof, sides.configured.proof()
    if sides.configured.fallback_cause:
        return CheckResult(check, group, Status.FAIL, sides.why_eager)
    if proof is None or whole is None or not proof.compiled_code_ran:
        calls, idle = (proof.calls, proof.uncompiled_calls) if proof else (0, 0)
        what = f"{idle} of {counted(calls, 'call')} ran eager code, although compilation is on."
        return CheckResult(check, group, Status.FAIL, what, idle, 0, "calls")
    if warned := _warned(CheckResult(check, group, Status.WARN, ""), proof, whole):
        return warned
    ran = f"All {counted(proof.calls, 'call')} ran compiled code"
    if proof.ahead_of_time:
        return CheckResult(check, group, Status.PASS, f"{ran}, which the artifact holds.")
    what = (
        f"{ran}: {counted(whole.graphs, 'graph')}, "
        f"no graph breaks, {counted(len(proof.recompiles), 'recompile')}."
    )
    return CheckResult(check, group, Status.PASS, what)


def _warned(result: CheckResult, proof: CompileProof, whole: CompileProof) -> CheckResult | None:
    """Return a warning if something limits the proof, else None."""
    if proof.no_code_reason:
        what = (
            f"{as_sentence(proof.no_code_reason)} Equal forecasts say nothing about compiled code."
        )
        return replace(result, sentence=what)
    # Code that an earlier job compiled still has its graph breaks.
    if whole.graph_breaks:
        breaks = whole.breaks
        reason = next(iter(whole.graph_breaks)).strip().splitlines()[0].rstrip(".")
        what = f"Compiled code ran, with {counted(breaks, 'graph break')} ({reason})."
        return replace(result, sentence=what, figure=breaks, limit=0, unit="graph breaks")
    if whole.skipped_cuda_graphs:
        what = f"Compiled code ran. CUDA graphs were {whole.skipped_cuda_graphs}."
        return replace(result, sentence=what)
    return None


def fused_encoder(sides: Sides) -> CheckResult:
    """Check that the fused encoder runs."""
    check, group, found = "fused encoder", Group.COMPILATION, sides.model.description
    if found.encoder != "fused":
        sentence = f"{found.not_fused or 'Weights are broken'}. The library's encoder ran."
        return CheckResult(check, group, Status.FAIL, sentence)
    sentence = "The fused encoder ran. On a probe it computes what the library's computes."
    return CheckResult(check, group, Status.PASS, sentence)


class _FailingBackend:
    """A backend that raises instead of generating code, and counts its calls."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, _graph: torch.fx.GraphModule, _inputs: list[torch.Tensor]) -> Any:
        self.calls += 1
        raise RuntimeError("This backend fails on purpose")


def fallback(sides: Sides) -> CheckResult:
    """Check with a backend that raises: the forecast falls back to eager, with a warning."""
    check, group = "fallback", Group.COMPILATION
    if not sides.config.enabled:
        return CheckResult(check, group, Status.NOT_RUN, OFF, excused=True)
    backend = _FailingBackend()
    events: list[Event] = []
    failing = Forecaster(sides.model, sides.config, events.append, backend=backend)
    # The same model: the eager side may have another encoder.
    own = Forecaster(sides.model, sides.config.replace(enabled=False), lambda _event: None)
    case = Case(check, group, candle_series())
    with _without_reasons():
        eager, first = forecast_case(own, case), forecast_case(failing, case)
    asked = backend.calls
    second = forecast_case(failing, case)
    return _judge_fallback(
        [
            ("the failing backend was not called", asked > 0),
            ("no warning was given", any(isinstance(event, FellBack) for event in events)),
            ("compilation stayed on", failing.fallback_cause is not None),
            ("the backend was called again", backend.calls == asked),
            ("the forecast was labelled compiled", not (first.compiled or second.compiled)),
            ("the first forecast differs from eager", largest_gap(eager, first) == 0),
            ("the second forecast differs from eager", largest_gap(eager, second) == 0),
        ],
        CheckResult(
            check,
            group,
            Status.PASS,
            "When the backend fails, the forecast equals eager bit by bit, a warning is given, and "
            "compilation stays off.",
        ),
    )


@contextmanager
def _without_reasons() -> Iterator[None]:
    """Keep the traceback of the deliberate failure out of the log."""
    logger = logging.getLogger(calling.__name__)
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)


def _judge_fallback(expected: Sequence[tuple[str, bool]], passed: CheckResult) -> CheckResult:
    wrong = [what for what, kept in expected if not kept]
    if not wrong:
        return passed
    sentence = f"When the backend fails: {'; '.join(wrong)}."
    return CheckResult(
        passed.check, passed.group, Status.FAIL, sentence, len(wrong), 0, "broken rules"
    )
