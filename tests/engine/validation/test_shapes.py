"""Faults that show at some shapes or in some orders of calls only, each planted and found.

A sound model on the same shapes passes; `python -m tests.measure.soundness` repeats that for
every data type.
"""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch

from engine.model.batches import Batch
from engine.model.forecaster import Forecaster, ForecastResult
from engine.results.judgement import Status
from engine.results.shapes import BatchShape
from engine.runtime.context import JobContext
from engine.validation.case import ALL_SERIES, Group
from engine.validation.coverage import coverage
from engine.validation.job import Validate
from engine.validation.report import CheckResult
from engine.validation.suite.sides import Sides, make_sides
from engine.validation.suite.suite import make_suite, run_check
from tests.support.making import CAPTURED, walks
from tests.support.random_models import TINY, save_random_model

GROUPS = (Group.SHAPES, Group.STATE)


@dataclasses.dataclass
class Call:
    """One batch on its way through the model, and the calls before it."""

    number: int
    batch: Batch
    earlier: list["Call"]

    @property
    def shape(self) -> BatchShape:
        return self.batch.shape


def late_row(call: Call) -> list[int]:
    if call.shape.rows <= 40:
        return []
    return [int(call.batch.group_ids[32])]


def everywhere(is_faulty: Callable[[Call], bool]) -> Callable[[Call], list[int]]:
    return lambda call: list(range(len(call.batch.sizes))) if is_faulty(call) else []


def misses_last_patch(call: Call) -> list[int]:
    batch = call.batch
    return [
        index
        for index, (start, targets) in enumerate(zip(batch.starts, batch.targets, strict=True))
        if batch.lengths[index] > 16
        and np.isnan(batch.rows.history[start : start + targets, -16:]).all()
    ]


FAULTS: dict[str, Callable[[Call], list[int]]] = {
    "one row of a large batch": late_row,
    "odd lengths": everywhere(lambda call: call.shape.context % 2 == 1 and call.shape.context > 1),
    "beyond the model's horizon": everywhere(lambda call: call.shape.horizon > 256),
    "a missing last patch": misses_last_patch,
    "the second call": everywhere(lambda call: call.number == 2),
    "after another shape": everywhere(
        lambda call: (
            any(one.shape == call.shape for one in call.earlier[:-1])
            and call.earlier[-1].shape != call.shape
        )
    ),
    "covariates": everywhere(lambda call: bool((call.batch.sizes > call.batch.targets).any())),
}
"""What is at fault -> the items of a call that come out wrong."""


class Faulty(Forecaster):
    """A forecaster with a fault in some calls."""

    def __init__(self, one: Forecaster, fault: Callable[[Call], list[int]]) -> None:
        self.__dict__.update(one.__dict__)
        self._fault, self._calls = fault, list[Call]()

    def _run(self, batch: Batch, levels: tuple[float, ...], tokens: int) -> Any:
        values = super()._run(batch, levels, tokens)
        assert values is not None
        call = Call(len(self._calls) + 1, batch, list(self._calls))
        self._calls.append(call)
        for index in self._fault(call):
            of_item = batch.target_slices[index]
            values[of_item] += 0.01 * (values[of_item].max() - values[of_item].min())
        return values


class Kept(Forecaster):
    """A forecaster that makes each forecast once, for sides that no fault is planted in."""

    def __init__(self, one: Forecaster) -> None:
        self.__dict__.update(one.__dict__)
        self._forecasts: dict[tuple[Any, ...], ForecastResult] = {}

    def forecast(self, series: Any, horizon: int, *arguments: Any, **options: Any) -> Any:
        key = (
            horizon,
            options["batch_size"],
            tuple(item.targets.tobytes() for item in series.series),
        )
        if key not in self._forecasts:
            self._forecasts[key] = super().forecast(series, horizon, *arguments, **options)
        return self._forecasts[key]


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Sides:
    folder = tmp_path_factory.mktemp("model")
    save_random_model(folder, **TINY)
    torch._dynamo.reset()
    made = make_sides(CAPTURED.replace(model=str(folder)), "cpu", JobContext(lambda _event: None))
    return dataclasses.replace(made, eager=Kept(made.eager), truth=Kept(made.truth))


def results(sides: Sides) -> Iterator[CheckResult]:
    """Yield the results of the checks of shapes and state, as they end."""
    for check in make_suite(sides, None, Validate(config=sides.config)):
        if check.group in GROUPS:
            yield from run_check(check)


@pytest.mark.slow  # the whole suite of test_validate.py has the same shapes
def test_that_a_sound_model_passes_at_every_shape_and_says_which(sides: Sides) -> None:
    found = list(results(sides))
    assert {one.status for one in found} == {Status.PASS}, [
        one.sentence for one in found if one.status is not Status.PASS
    ]
    text = coverage(found)
    assert text.startswith("Tested: ")
    assert "batch 1–1,000, context 1–2,048, horizon 1–272." in text
    assert "Not tested: more than " in text
    assert text.endswith("Validate with your data to test them.")


@pytest.mark.parametrize("fault", FAULTS)
def test_that_a_fault_at_some_shapes_or_calls_only_is_found(sides: Sides, fault: str) -> None:
    faulty = dataclasses.replace(sides, configured=Faulty(sides.configured, FAULTS[fault]))
    assert any(one.status is Status.FAIL for one in results(faulty))


def is_last_and_partial(call: Call) -> bool:
    last = (call.earlier[-1] if call.earlier else call).shape
    return last.rows == 64 and call.shape == dataclasses.replace(last, rows=17)


def in_batches(sides: Sides, rows: int) -> Sides:
    """Return sides whose configuration names a batch size."""
    config = sides.config.replace(batch_size=rows)
    configured = Forecaster(sides.model, config, lambda _event: None)
    return dataclasses.replace(sides, configured=configured)


def test_that_a_fault_in_the_last_partial_batch_only_is_found(sides: Sides) -> None:
    batched = in_batches(sides, 64)
    faulty = dataclasses.replace(
        batched, configured=Faulty(batched.configured, everywhere(is_last_and_partial))
    )
    checks = make_suite(faulty, walks(81, 40), Validate(config=sides.config, holdout=False))
    found = {
        check.name: next(run_check(check)).status
        for check in checks
        if check.name in {"batch of 64", ALL_SERIES}
    }
    assert found == {"batch of 64": Status.FAIL, ALL_SERIES: Status.FAIL}


def test_that_all_batches_of_your_data_are_named(sides: Sides) -> None:
    checks = make_suite(
        in_batches(sides, 64), walks(81, 40), Validate(config=sides.config, holdout=False)
    )
    (check,) = (one for one in checks if one.name == ALL_SERIES)
    found = next(run_check(check))
    assert found.shapes == (BatchShape(64, 40, 24), BatchShape(17, 40, 24))
    suite = CheckResult("a", Group.ORDINARY, Status.PASS, "", shapes=(BatchShape(8, 16, 4),))
    assert coverage([suite, found]).endswith(
        "Tested with your data: 2 batches (64 rows x 40 steps, horizon 24; 17 rows x 40 steps, "
        "horizon 24)."
    )
