"""The forecasters of a validation: their proof, their models, and the code that they run."""

from pathlib import Path

import pytest
import torch
from chronos.chronos2.model import Chronos2EncoderBlock

from engine.model.loading import resolve_device
from engine.results.judgement import Status
from engine.runtime.context import Cache, JobContext
from engine.runtime.events import Event
from engine.validation.case import Case, Group
from engine.validation.events import CheckEnded
from engine.validation.job import Validate
from engine.validation.run import run
from engine.validation.suite import sides as sides_module
from engine.validation.suite.own_data import OwnData
from engine.validation.suite.sides import Sides, forecast_case, largest_gap, make_sides
from engine.validation.suite.state import State
from engine.validation.suite.suite import Check
from tests.support.making import CAPTURED, EAGER, series_set, walks
from tests.support.random_models import TINY, save_random_model

CASE = Case("prices", Group.ORDINARY, walks(2, 64))


def test_that_the_proof_of_a_second_job_counts_its_own_calls() -> None:
    torch._dynamo.reset()
    context = JobContext(lambda _event: None, cache=Cache(8))
    for calls in (3, 1):
        sides = make_sides(CAPTURED, "cpu", context)
        for _ in range(calls):
            forecast_case(sides.configured, CASE)
        assert sides.proof is not None
        assert sides.proof.calls == calls
        assert sides.proof.compiled_code_ran
    whole = sides.configured.proof()
    assert whole is not None
    assert whole.calls == 4


def test_that_a_device_by_another_name_needs_no_other_model_and_no_other_code() -> None:
    context = JobContext(lambda _event: None, cache=Cache(8))
    first, second = (
        make_sides(CAPTURED, device, context) for device in ("auto", str(resolve_device("auto")))
    )
    assert second.model is first.model
    assert second.truth.model is first.truth.model
    assert second.configured is first.configured


def test_that_the_users_series_are_compared_with_code_that_runs_as_in_production(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sides_module, "calls_until_steady", lambda *_of: 3)
    sides = make_sides(CAPTURED, "cpu", JobContext(lambda _event: None, cache=Cache(8)))
    job = Validate(config=CAPTURED, data=CASE.series, horizon=8)
    eager, configured = OwnData(sides, CASE.series, job).results
    assert sides.proof is not None
    assert sides.proof.calls == 3
    assert largest_gap(eager, configured) < 1e-3


def test_that_values_before_the_context_set_no_scale() -> None:
    short = EAGER.replace(context_length=128)
    sides = make_sides(short, "cpu", JobContext(lambda _event: None, cache=Cache(8)))
    walk = walks(1, 512).series[0].targets[0]
    walk[:256] += 1e6
    job = Validate(config=short, data=CASE.series, horizon=8, holdout=False)
    (found, *_others) = OwnData(sides, series_set([walk]), job).all_items()
    (known, *_others) = OwnData(sides, series_set([walk[-128:]]), job).all_items()
    assert found.agreement == known.agreement


def test_that_a_validation_leaves_no_graphs_of_its_other_forecasters(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # torch keeps at most eight for a function, and runs eager code after that.
    save_random_model(tmp_path, **TINY)
    torch._dynamo.reset()

    def only_two_forecasters(sides: Sides, *_others: object) -> list[Check]:
        return [Check("two", Group.STATE, State(sides).two_forecasters)]

    monkeypatch.setattr("engine.validation.run.make_suite", only_two_forecasters)
    emitted: list[Event] = []
    context = JobContext(emitted.append, cache=Cache(8))
    run(Validate(config=CAPTURED.replace(model=str(tmp_path))), context)
    found = [event.result.status for event in emitted if isinstance(event, CheckEnded)]
    assert found == [Status.PASS]
    code = Chronos2EncoderBlock.forward.__code__
    assert not torch._dynamo.eval_frame._debug_get_cache_entry_list(code)
