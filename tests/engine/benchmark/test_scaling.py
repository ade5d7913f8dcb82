"""The shapes that are timed, and the time that they may take."""

import pytest

from engine.benchmark.calls import ScalePoint
from engine.benchmark.measuring import scaling
from engine.benchmark.measuring.inputs import resized
from engine.benchmark.measuring.scaling import BATCHES, CONTEXTS, measure_scaling, shapes
from engine.benchmark.setup import Side
from tests.support.making import walks


def time_one(seconds_per_value: float) -> scaling.TimeOne:
    def time(side: Side, items: int, steps: int) -> ScalePoint:
        return ScalePoint(side, items, steps, seconds_per_value * items * steps, 1)

    return time


def test_that_every_shape_within_the_models_limit_is_timed_on_both_sides() -> None:
    points = list(measure_scaling(2048, time_one(1e-9)))
    assert {(one.items, one.steps) for one in points} == {
        (items, steps) for items in BATCHES for steps in CONTEXTS if steps <= 2048
    }
    assert [one.side for one in points[:4]] == [Side.A, Side.B, Side.A, Side.B]


def test_that_the_least_work_comes_first() -> None:
    work = [items * steps for items, steps in shapes(4096)]
    assert work == sorted(work)


def test_that_a_shape_that_would_take_too_long_is_not_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scaling, "LONGEST", 10.0)
    # 4 calls at 64 series x 256 steps would take 65 seconds.
    points = list(measure_scaling(4096, time_one(1e-3)))
    assert max(one.items * one.steps for one in points) == 8 * 256


def test_that_resized_series_have_the_shape_and_differ() -> None:
    made = resized(walks(3, 100), 8, 256)
    assert {one.targets.shape for one in made.series} == {(1, 256)}
    assert len({one.targets.tobytes() for one in made.series}) == 8
