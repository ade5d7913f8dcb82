import numpy as np
import pytest

from engine.results.agreement import units_of
from engine.results.differences import compare, series_scales
from engine.results.forecasts import ForecastSet, ItemForecast
from tests.support.making import series_set


def forecasts(*values: list[float]) -> ForecastSet:
    """Return one item for each list of forecast steps, one target, one quantile level."""
    items = tuple(
        ItemForecast(f"item_{index}", np.array(steps)[None, :, None])
        for index, steps in enumerate(values)
    )
    return ForecastSet(items, ("target_0",), (0.5,))


def test_that_differences_are_weighed_by_the_scale_of_their_series() -> None:
    history = series_set([np.array([0.0, 2.0] * 8), np.array([0.0, 2000.0] * 8)])
    comparison = compare(
        forecasts([1.0, 1.0], [1.0, 1.0]), forecasts([1.0, 1.5], [3.0, 1.0]), series_scales(history)
    )
    assert comparison.max_absolute == 2.0
    assert comparison.mean_absolute == pytest.approx(2.5 / 4)
    assert comparison.max_relative == pytest.approx(0.5)
    assert (comparison.worst_item, comparison.worst_target) == ("item_0", "target_0")
    assert comparison.missing_agree
    assert (comparison.compared, comparison.left_out) == (4, 0)


def test_that_a_value_missing_in_one_is_left_out_and_reported() -> None:
    history = series_set([np.arange(8.0)])
    comparison = compare(
        forecasts([1.0, np.nan, np.inf]), forecasts([1.0, 2.0, np.inf]), series_scales(history)
    )
    assert not comparison.missing_agree
    assert (comparison.compared, comparison.left_out) == (1, 2)
    assert comparison.max_absolute == 0.0


def test_that_nothing_to_compare_is_not_agreement() -> None:
    history = series_set([np.arange(8.0)])
    comparison = compare(
        forecasts([np.nan, np.nan]), forecasts([np.nan, np.nan]), series_scales(history)
    )
    assert comparison.compared == 0
    assert np.isnan(comparison.max_relative)


@pytest.mark.parametrize(
    ("row", "scale"),
    [([5.0] * 4, 5.0), ([0.0] * 4, 1.0), ([np.nan] * 4, 1.0), ([1.0, np.nan, 3.0], 1.0)],
)
def test_that_a_scale_is_never_zero(row: list[float], scale: float) -> None:
    assert series_scales(series_set([np.array(row)]))[0].ravel().tolist() == [scale]


@pytest.mark.parametrize("level", [7.3, 0.1, 1e-9, 123456.789, -7.3])
def test_that_the_scale_of_a_constant_is_its_level(level: float) -> None:
    (scales,) = series_scales(series_set([np.full(120, level)]))
    assert scales.ravel() == [abs(level)]


def test_that_a_quantile_far_from_the_median_widens_its_own_unit_only() -> None:
    history = series_set([np.array([1.0, -1.0] * 8)])
    values = np.array([[-2.0, 0.0, 2.0, 5000.0], [-1.0, 0.5, np.nan, 2.0]])
    forecast = ForecastSet(
        (ItemForecast("item_0", values[None]),), ("target_0",), (0.1, 0.5, 0.9, 0.99)
    )
    (units,) = units_of(history, forecast)
    assert units.tolist() == [[[4.0, 4.0, 4.0, 5000.0], [1.5, 1.0, 1.0, 1.5]]]
