"""Plan the batches of a forecast without loading its model."""

import numpy as np
import pytest

from engine.data.series import SeriesSet
from engine.model.checkpoint import read_checkpoint
from engine.model.forecaster import Forecaster
from engine.model.loading import LoadedModel
from engine.model.shape_plan import plan_shapes
from engine.model.sources import locate
from engine.results.shape_plan import PlannedShape, ShapePlan
from engine.results.shapes import BatchShape
from tests.support.making import CAPTURED, EAGER, series_set, walks

DEMO = read_checkpoint(locate("demo"))


def ragged(*lengths: int) -> SeriesSet:
    return series_set([np.arange(float(length)) for length in lengths])


@pytest.mark.parametrize("horizon", [24, 300])
@pytest.mark.parametrize("changes", [{}, {"batch_size": 7}, {"context_length": 100}])
@pytest.mark.parametrize("series", [walks(150, 200), ragged(2000, 1000, 500, 40, 30, 20, 10)])
def test_that_the_plan_is_what_a_forecast_runs(
    model: LoadedModel, series: SeriesSet, changes: dict[str, int], horizon: int
) -> None:
    config = EAGER.replace(**changes)
    # First, because it may measure the size of a batch, which the plan then knows.
    run = Forecaster(model, config).batch_shapes(series, horizon)
    plan = plan_shapes(series, horizon, config, DEMO, "cpu")
    planned = [one.shape for one in plan.shapes for _ in range(one.batches)]
    assert sorted(planned) == sorted(run)
    assert plan.batches == len(planned)


def test_that_padding_and_the_cost_of_one_shape_are_counted() -> None:
    config = EAGER.replace(batch_size=2)
    plan = plan_shapes(ragged(144, 16, 16), 16, config, DEMO, "cpu")
    assert [one.shape for one in plan.shapes] == [BatchShape(2, 144, 16), BatchShape(1, 16, 16)]
    # 11, 3 and 3 patches: 22 + 3 computed for 17, and 22 + 22 if both batches were alike.
    assert plan.padding == pytest.approx(8 / 25)
    assert plan.one_shape == pytest.approx(44 / 25 - 1)
    assert plan.compilations == 0


@pytest.mark.parametrize(("dynamic", "expected"), [("true", 2), ("auto", 3), ("false", 3)])
def test_that_torch_compiles_as_often_as_planned(
    model: LoadedModel, fresh_compiler: None, dynamic: str, expected: int
) -> None:
    config = CAPTURED.replace(dynamic=dynamic, batch_size=3)
    series = ragged(90, 90, 90, 40, 40, 40, 20)
    plan = plan_shapes(series, 16, config, DEMO, "cpu")
    assert plan.compilations == expected
    proof = Forecaster(model, config).forecast(series, 16).proof
    assert proof is not None
    assert proof.graphs == expected


def test_that_the_largest_shape_comes_first() -> None:
    plan = plan_shapes(walks(100, 64), 8, EAGER.replace(batch_size=64), DEMO, "cpu")
    assert isinstance(plan, ShapePlan)
    first, second = plan.shapes
    assert isinstance(first, PlannedShape)
    assert (first.shape.rows, second.shape.rows) == (64, 36)
    assert first.memory > second.memory > 0
