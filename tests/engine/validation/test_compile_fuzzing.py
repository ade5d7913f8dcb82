"""Code of the default backend against eager: `pytest -m slow --device cuda`."""

import pytest

from engine.runtime.context import JobContext
from engine.validation.suite.scenarios import scenarios
from engine.validation.suite.sides import Sides, make_sides
from tests.support.making import COMPILED
from tests.support.planting import run_checks

BEHAVIOURS = ("repeated predictions", "batch of 64", "small values", "fallback")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sides(request: pytest.FixtureRequest) -> Sides:
    device = str(request.config.getoption("--device"))
    return make_sides(COMPILED, device, JobContext(lambda _event: None))


@pytest.mark.parametrize("name", [case.check for case in scenarios()])
def test_that_compiled_agrees_with_eager(sides: Sides, name: str) -> None:
    result, proof = run_checks(sides, name, "compiled code ran")
    assert result.status == "pass", result.sentence
    assert proof.status == "pass", proof.sentence
    assert result.agreement is not None
    assert result.agreement.missing_agree


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_that_compiled_behaves_like_eager(sides: Sides, name: str) -> None:
    (result,) = run_checks(sides, name)
    assert result.status == "pass", result.sentence
