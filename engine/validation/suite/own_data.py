"""Checks on your own series: the items that differ most, small values, and accuracy."""

import dataclasses
from functools import cached_property
from hashlib import sha256

from engine.data.holdout import Holdout, hold_out
from engine.data.series import SeriesSet
from engine.model.forecaster import ForecastResult
from engine.validation.case import ALL_SERIES, Case, Group
from engine.validation.job import Validate
from engine.validation.report import SAMPLE_ITEMS, CheckResult
from engine.validation.suite import small_values
from engine.validation.suite.accuracy import CHECK, no_holdout, score_sides
from engine.validation.suite.comparing import compare_sides, not_compiled, shapes_of
from engine.validation.suite.sides import (
    SideForecasts,
    Sides,
    forecast_both,
    forecast_case,
    worst_first,
)

SHOWN_ITEMS = 10
"""The most items that get a check of their own: those that differ most."""


class OwnData:
    """Your series with their forecasts, made once for all checks on them."""

    def __init__(self, sides: Sides, series: SeriesSet, job: Validate) -> None:
        self.sides = sides
        self.job = job
        self.holdout: Holdout | None = hold_out(series, job.horizon) if job.holdout else None
        # Values before the context change no forecast, and must not set the scale of differences.
        seen = sides.configured.context_for()
        self.series = (self.holdout.history if self.holdout else series).last(seen)
        self.case = Case(
            ALL_SERIES,
            Group.DATA,
            self.series,
            job.horizon,
            batch_size=None,
            small_values=sides.config.small_value_policy,
        )

    @cached_property
    def results(self) -> tuple[ForecastResult, ForecastResult]:
        """Return the forecasts of all items, eager and configured."""
        return forecast_both(self.sides, self.case)

    def all_items(self) -> list[CheckResult]:
        """Compare the sides on all items, and the worst items once more on their own."""
        eager, configured = self.results
        order = worst_first(self.series, eager.forecast, configured.forecast)
        worst = self._forecasts(selected(self.series, order))
        found = [compare_sides(self.sides, worst)]
        if found[0].agreement is None:
            return found
        found[0] = dataclasses.replace(found[0], shapes=shapes_of(self.sides, self.case))
        if len(order) > 1:
            indices = range(min(SHOWN_ITEMS, len(order)))
            found += [compare_sides(self.sides, _alone(worst, index)) for index in indices]
        return found

    def _forecasts(self, indices: list[int]) -> SideForecasts:
        eager, configured = self.results
        case = dataclasses.replace(self.case, series=self.series.of_items(indices))
        return SideForecasts(
            case,
            dataclasses.replace(eager, forecast=eager.forecast.of_items(indices)),
            dataclasses.replace(configured, forecast=configured.forecast.of_items(indices)),
            forecast_case(self.sides.truth, case),
        )

    def small_values(self) -> list[CheckResult]:
        """Compare the small-value policies on your series."""
        return [small_values.on_your_data(self.sides, self.case)]

    def accuracy(self) -> list[CheckResult]:
        """Score the forecasts on the held-out steps."""
        if self.holdout is None:
            return [no_holdout("Hold out is off, so accuracy was not measured.")]
        if not self.holdout.actuals:
            horizon = self.job.horizon
            return [
                no_holdout(
                    f"No item is long enough: holding out {horizon} steps needs {2 * horizon}."
                )
            ]
        eager, configured = self.results
        excuse = not_compiled(self.sides, configured)
        if excuse is not None:
            return [CheckResult(CHECK, Group.DATA, *excuse)]
        kept = None
        if eager.changed_values:
            whole = dataclasses.replace(self.case, small_values="keep")
            kept = forecast_case(self.sides.eager, whole).forecast
        return [score_sides(self.holdout, eager.forecast, configured.forecast, kept)]


def selected(series: SeriesSet, order: list[int]) -> list[int]:
    """Return the indices of the items to compare with float64: the worst, and others by hash.

    The hash of the item id makes a later run select the same items, which a baseline needs. The
    worst items alone would not do: where all differences are rounding, they change with every run.

    Args:
        series: All items.
        order: Their indices, the worst first.
    """
    worst, others = order[:SHOWN_ITEMS], order[SHOWN_ITEMS:]
    others.sort(key=lambda index: sha256(series.series[index].item_id.encode()).digest())
    return worst + others[: SAMPLE_ITEMS - SHOWN_ITEMS]


def _alone(forecasts: SideForecasts, index: int) -> SideForecasts:
    """Return one item of a comparison as a case of its own."""
    series = forecasts.case.series.of_items([index])
    check = f"series {series.series[0].item_id}"
    return SideForecasts(
        dataclasses.replace(forecasts.case, check=check, series=series),
        *(
            dataclasses.replace(result, forecast=result.forecast.of_items([index]))
            for result in (forecasts.eager, forecasts.configured, forecasts.truth)
        ),
    )
