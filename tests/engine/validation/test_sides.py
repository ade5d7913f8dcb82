"""What a validation's forecasters say of the work that they did for it."""

import pytest
import torch

from engine.model.loading import resolve_device
from engine.runtime.context import Cache, JobContext
from engine.validation.case import Case, Group
from engine.validation.job import Validate
from engine.validation.suite import sides as sides_module
from engine.validation.suite.own_data import OwnData
from engine.validation.suite.sides import forecast_case, largest_gap, make_sides
from tests.support.making import CAPTURED, EAGER, series_set, walks

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


def test_that_what_the_model_does_not_look_at_sets_no_scale() -> None:
    sides = make_sides(EAGER, "cpu", JobContext(lambda _event: None, cache=Cache(8)))
    walk = walks(1, 512).series[0].targets[0]
    walk[:256] += 1e6
    job = Validate(config=EAGER, data=CASE.series, horizon=8, context_length=128, holdout=False)
    (row, *_others) = OwnData(sides, series_set([walk]), job).all_items()
    (known, *_others) = OwnData(sides, series_set([walk[-128:]]), job).all_items()
    assert row.agreement == known.agreement
