"""What a validation's forecasters say of the work that they did for it."""

import torch
from making import CAPTURED, walks

from engine.context import JobContext, Shelf
from engine.validation.case import Case, Group
from engine.validation.sides import forecast_case, make_sides

CASE = Case("prices", Group.ORDINARY, walks(2, 64))


def test_that_the_proof_of_a_second_job_counts_its_own_calls() -> None:
    torch._dynamo.reset()
    context = JobContext(lambda _event: None, shelf=Shelf(8))
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
