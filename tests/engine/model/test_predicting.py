"""A batch forecast as one array: the same as the library's forecast item by item."""

import numpy as np
import pytest
from chronos import Chronos2Pipeline

from engine.data.series import Series
from engine.model.batches import Batch, make_batch
from engine.model.loading import load
from engine.model.predicting import _by_the_library, predict
from tests.support.making import EAGER

HORIZON = 24


@pytest.fixture(scope="module")
def pipeline() -> Chronos2Pipeline:
    return load(EAGER, "cpu").pipeline


def item(index: int, length: int, targets: int = 1, past: int = 0, known: int = 0) -> Series:
    generator = np.random.default_rng(index)
    values = 10.0**index * generator.normal(size=(targets, length)).cumsum(axis=1)
    values[:, 5:25:2] = np.nan
    return Series(
        f"item {index}",
        values,
        past_covariates=generator.normal(size=(past, length)),
        known_covariates=generator.normal(size=(known, length + HORIZON - 5)),
    )


def batch_of(items: list[Series], context: int = 2048, horizon: int = HORIZON) -> Batch:
    return make_batch(items, range(len(items)), horizon, context, "keep")


@pytest.mark.parametrize(
    ("items", "context"),
    [
        ([item(0, 200)], 2048),
        ([item(index, 200) for index in range(5)], 2048),
        ([item(0, 200), item(1, 33), item(2, 1), item(3, 500)], 2048),
        ([item(0, 200), item(1, 33), item(3, 500)], 100),
        ([item(0, 90, targets=3), item(1, 41, targets=3)], 2048),
        ([item(0, 90, past=2, known=1), item(1, 41, targets=2, known=2), item(2, 64)], 2048),
    ],
)
@pytest.mark.parametrize("levels", [(0.1, 0.5, 0.9), (0.123, 0.5, 0.77)])
def test_that_it_is_the_librarys_forecast_bit_by_bit(
    pipeline: Chronos2Pipeline, items: list[Series], context: int, levels: tuple[float, ...]
) -> None:
    batch = batch_of(items, context)
    ours = predict(pipeline, batch, levels)
    assert ours.shape == (sum(len(one.targets) for one in items), HORIZON, len(levels))
    np.testing.assert_array_equal(ours, _by_the_library(pipeline, batch, levels))


@pytest.mark.filterwarnings("ignore:We recommend keeping prediction length")
@pytest.mark.parametrize("horizon", [1, 16, 17, 256, 257, 600])
def test_that_every_horizon_has_its_steps(pipeline: Chronos2Pipeline, horizon: int) -> None:
    batch = batch_of([item(0, 100), item(1, 50)], horizon=horizon)
    ours = predict(pipeline, batch, (0.5,))
    assert ours.shape == (2, horizon, 1)
    np.testing.assert_array_equal(ours, _by_the_library(pipeline, batch, (0.5,)))


def test_that_a_batch_knows_its_items() -> None:
    silent = Series("silent", np.full((2, 60), np.nan))
    batch = batch_of([item(0, 50, targets=2, past=1), silent, item(2, 90, known=2)])
    assert batch.positions == (0, 1, 2)
    assert batch.sizes.tolist() == [3, 2, 3]
    assert batch.starts.tolist() == [0, 3, 5]
    assert batch.group_ids.tolist() == [0, 0, 0, 1, 1, 2, 2, 2]
    assert batch.target_rows.tolist() == [0, 1, 3, 4, 5]
    assert batch.target_slices == [slice(0, 2), slice(2, 4), slice(4, 5)]
    assert batch.unobserved == [1]
    assert (batch.shape.rows, batch.shape.context, batch.shape.horizon) == (8, 90, HORIZON)
