"""Checks on the user's own series: the items that differ most, small values, and accuracy."""

import dataclasses
from hashlib import sha256

import numpy as np

from engine.data.holdout import Holdout, hold_out
from engine.data.series import SeriesSet
from engine.model.forecaster import ForecastResult
from engine.results.forecasts import ForecastSet
from engine.results.judging import scales_of
from engine.validation.case import ALL_SERIES, Case, Group
from engine.validation.job import Validate
from engine.validation.report import SAMPLE_ITEMS, Row
from engine.validation.suite import small_values
from engine.validation.suite.accuracy import CHECK, accuracy_row, no_holdout
from engine.validation.suite.comparing import compared_row, not_compiled
from engine.validation.suite.sides import Sides, Three, forecast_both, forecast_case

SHOWN_ITEMS = 10
"""Items that get a row of their own, those that differ most first."""


class OwnData:
    """The user's series with their forecasts, computed once for all checks on them."""

    def __init__(self, sides: Sides, series: SeriesSet, job: Validate) -> None:
        self.sides = sides
        self.job = job
        self.holdout: Holdout | None = hold_out(series, job.horizon) if job.holdout else None
        # What lies before that moves no forecast, and must not set the scale of differences.
        seen = sides.model.description.context_for(job.context_length)
        self.series = (self.holdout.history if self.holdout else series).last(seen)
        self.case = Case(
            ALL_SERIES,
            Group.DATA,
            self.series,
            job.horizon,
            job.batch_size,
            job.context_length,
            sides.config.small_value_policy,
        )
        self._results: tuple[ForecastResult, ForecastResult] | None = None

    @property
    def results(self) -> tuple[ForecastResult, ForecastResult]:
        """All items, eager and configured."""
        if self._results is None:
            self._results = forecast_both(self.sides, self.case)
        return self._results

    def all_items(self) -> list[Row]:
        """How far the sides are apart on all items; the worst ones once more on their own."""
        eager, configured = self.results
        order = worst_first(self.series, eager.forecast, configured.forecast)
        worst = self._three(sampled(self.series, order))
        rows = [compared_row(self.sides, worst)]
        if len(order) > 1 and rows[0].agreement is not None:
            places = range(min(SHOWN_ITEMS, len(order)))
            rows += [compared_row(self.sides, alone(worst, place)) for place in places]
        return rows

    def _three(self, places: list[int]) -> Three:
        eager, configured = self.results
        case = dataclasses.replace(self.case, series=items_of(self.series, places))
        return Three(
            case,
            dataclasses.replace(eager, forecast=eager.forecast.of_items(places)),
            dataclasses.replace(configured, forecast=configured.forecast.of_items(places)),
            forecast_case(self.sides.truth, case),
        )

    def small_values(self) -> list[Row]:
        """What the policies do to small values among the user's."""
        return [small_values.on_your_data(self.sides, self.case)]

    def accuracy(self) -> list[Row]:
        """MASE and WQL against what happened, and the difference in units of that error."""
        if self.holdout is None:
            return [no_holdout("No holdout was asked for.")]
        if not self.holdout.actuals:
            shortest = 2 * self.job.horizon
            return [no_holdout(f"No item has the {shortest} steps that a holdout needs.")]
        eager, configured = self.results
        excuse = not_compiled(self.sides, Three(self.case, eager, configured, eager))
        if excuse is not None:
            return [Row(CHECK, Group.DATA, *excuse)]
        kept = None
        if eager.changed_values:
            whole = dataclasses.replace(self.case, small_values="keep")
            kept = forecast_case(self.sides.eager, whole).forecast
        return [accuracy_row(self.holdout, eager.forecast, configured.forecast, kept)]


def sampled(series: SeriesSet, order: list[int]) -> list[int]:
    """Places of the items that are compared with float64: the worst, and others by lot.

    The lot is drawn by the items' ids, so that a later run draws the same, and a baseline finds
    them again: among items that differ by rounding alone, the worst are others every time.

    Args:
        series: All items.
        order: Their places, the worst first.
    """
    worst, others = order[:SHOWN_ITEMS], order[SHOWN_ITEMS:]
    others.sort(key=lambda place: sha256(series.series[place].item_id.encode()).digest())
    return worst + others[: SAMPLE_ITEMS - SHOWN_ITEMS]


def worst_first(series: SeriesSet, eager: ForecastSet, configured: ForecastSet) -> list[int]:
    """Places of all items, those that differ most first.

    Values that one of them lacks count most, and then those that both lack.
    """
    keys = []
    scales = scales_of(series, eager)
    for one, other, scale in zip(eager.items, configured.items, scales, strict=True):
        apart = np.abs(one.values - other.values) / scale[:, None, None]
        first, second = np.isfinite(one.values), np.isfinite(other.values)
        disagree, missing = int((first != second).sum()), int((~first).sum())
        keys.append((disagree, missing, float(np.nan_to_num(apart, posinf=0.0).max(initial=0.0))))
    return sorted(range(len(keys)), key=lambda place: keys[place], reverse=True)


def alone(three: Three, place: int) -> Three:
    """One item of a comparison, as a case of its own."""
    series = items_of(three.case.series, [place])
    check = f"series {series.series[0].item_id}"
    return Three(
        dataclasses.replace(three.case, check=check, series=series),
        *(
            dataclasses.replace(result, forecast=result.forecast.of_items([place]))
            for result in (three.eager, three.configured, three.truth)
        ),
    )


def items_of(series: SeriesSet, places: list[int]) -> SeriesSet:
    """Some items of a set."""
    return dataclasses.replace(series, series=tuple(series.series[place] for place in places))
