"""Scores with known answers, and what a holdout leaves of a history."""

import numpy as np
import pytest

from engine.data.holdout import hold_out
from engine.results.forecasts import ForecastSet, ItemForecast
from engine.results.judgement import Status
from engine.validation.suite.accuracy import KEPT, score_sides, share_of_error
from engine.validation.suite.scores import (
    scaled_error,
    seasonal_naive,
    seasonal_period,
    weighted_quantile_loss,
)
from tests.support.making import series_set

LEVELS = (0.1, 0.5, 0.9)


def forecast(*values: np.ndarray) -> ForecastSet:
    """One target an item, the same value at every level."""
    items = tuple(
        ItemForecast(f"item_{place}", np.repeat(np.atleast_2d(one)[:, :, None], 3, axis=2))
        for place, one in enumerate(values)
    )
    return ForecastSet(items, ("target_0",), LEVELS)


def test_that_short_items_stay_whole_and_are_not_scored() -> None:
    holdout = hold_out(series_set([np.arange(10.0), np.arange(7.0), np.arange(8.0)]), 4)
    assert [one.length for one in holdout.history.series] == [6, 7, 4]
    assert {place: row.tolist() for place, row in holdout.actuals.items()} == {
        0: [[6.0, 7.0, 8.0, 9.0]],
        2: [[4.0, 5.0, 6.0, 7.0]],
    }
    assert holdout.left_out == 1


def test_that_mase_weighs_the_error_by_that_of_the_naive_forecast_in_the_history() -> None:
    history = series_set([np.array([0.0, 2.0, 0.0, 2.0, 0.0])]).series
    assert scaled_error([np.array([[5.0, 5.0]])], history, [np.array([[2.0, 8.0]])], 1) == 1.5


def test_that_wql_of_a_single_value_is_the_relative_error() -> None:
    quantiles, actuals = np.full((1, 2, 3), 4.0), np.array([[5.0, 5.0]])
    loss = weighted_quantile_loss([quantiles], np.array(LEVELS), [actuals])
    # Twice the level for each unit of a forecast that is too low: at the levels' mean, one.
    assert loss == pytest.approx(1 / 5)


def test_that_what_is_missing_counts_neither_as_error_nor_as_observed() -> None:
    quantiles, actuals = np.full((1, 2, 3), 4.0), np.array([[5.0, np.nan]])
    alone = weighted_quantile_loss([quantiles[:, :1]], np.array(LEVELS), [actuals[:, :1]])
    assert weighted_quantile_loss([quantiles], np.array(LEVELS), [actuals]) == alone
    unknown = np.full((1, 2, 1), np.nan)
    assert np.isnan(weighted_quantile_loss([unknown], np.array([0.5]), [np.full((1, 2), 5.0)]))
    eager, other = forecast(np.array([1.0, 1.0])), forecast(np.array([1.5, 9.0]))
    assert share_of_error(eager, other, [np.array([[2.0, np.nan]])]) == 0.5


def test_that_the_seasonal_naive_forecast_repeats_the_last_season() -> None:
    series = series_set([np.arange(6.0)]).series[0]
    assert seasonal_naive(series, 4, 6).tolist() == [[2.0, 3.0, 4.0, 5.0, 2.0, 3.0]]
    assert seasonal_naive(series, 24, 7).tolist() == [[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 0.0]]


@pytest.mark.parametrize(
    ("frequency", "period"),
    [("h", 24), ("15min", 96), ("D", 7), ("B", 5), ("W-SUN", 52), ("MS", 12), ("YS", 1), (None, 1)],
)
def test_that_a_frequency_has_its_season(frequency: str | None, period: int) -> None:
    assert seasonal_period(frequency) == period


def test_that_a_difference_is_weighed_by_the_error_of_the_forecast() -> None:
    holdout = hold_out(series_set([np.arange(8.0)]), 2)
    eager = forecast(np.array([5.0, 5.0]))
    found = {
        factor: score_sides(holdout, eager, forecast(np.array([5.0, 5.0]) + factor))
        for factor in (0.0, 0.0015, 0.03, 0.3)
    }
    assert [row.status.value for row in found.values()] == ["pass", "pass", "warn", "fail"]
    assert found[0.3].limit == 0.05
    assert "(limit 5 %)" in found[0.3].sentence


def test_that_a_forecast_that_is_missing_where_something_was_observed_fails() -> None:
    holdout = hold_out(series_set([np.arange(8.0), np.arange(8.0)]), 2)
    there, gone = np.array([5.0, 5.0]), np.array([np.nan, np.nan])
    row = score_sides(holdout, forecast(there, there), forecast(there, gone))
    assert row.status is Status.FAIL
    assert row.sentence == "2 held-out steps have no forecast."
    row = score_sides(holdout, forecast(gone, gone), forecast(gone, gone))
    assert row.status is Status.FAIL
    # What eager cannot forecast either is no fault of a configuration.
    row = score_sides(holdout, forecast(there, gone), forecast(there, gone))
    assert row.status is Status.PASS


def test_that_what_a_small_value_policy_costs_is_scored_beside_both_sides() -> None:
    holdout = hold_out(series_set([np.arange(8.0)]), 2)
    clamped, whole = forecast(np.array([0.0, 0.0])), forecast(np.array([6.0, 7.0]))
    row = score_sides(holdout, clamped, clamped, whole)
    assert row.status is Status.PASS
    assert row.scores[KEPT].mase == 0.0
    assert row.scores["eager"].mase > 1.0
    assert "eager with small values kept 0 and 0" in row.sentence


def test_that_an_end_without_values_is_no_fault() -> None:
    holdout = hold_out(series_set([np.array([1.0, 2.0, 3.0, 4.0, np.nan, np.nan])]), 2)
    same = forecast(np.array([5.0, 5.0]))
    row = score_sides(holdout, same, same)
    assert (row.status, row.excused, row.figure) == (Status.NOT_RUN, True, None)
