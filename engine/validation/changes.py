"""What has changed since a baseline, and by how much."""

import dataclasses
from dataclasses import dataclass

import numpy as np

from engine.base.wording import counted
from engine.config.settings import read_values
from engine.results.agreement import largest_by_item, scales_of
from engine.results.forecasts import ForecastSet
from engine.results.judgement import Status
from engine.results.limits import DEVIATIONS, limit_by_item
from engine.validation.baseline import (
    Baseline,
    Kept,
    Values,
    circumstances,
    digests,
    is_kept,
    stacked,
)
from engine.validation.case import Group
from engine.validation.report import CheckResult, ComparedForecasts, Report


@dataclass(frozen=True, slots=True)
class Movement:
    """How far forecasts have moved, in the item that moved furthest beyond what is allowed.

    Attributes:
        largest: Largest difference, relative to the series' scale.
        allowed: What is allowed for that item.
        item: Its id.
    """

    largest: float
    limit: float
    item: str

    @property
    def small(self) -> bool:
        """Whether it is within what is allowed."""
        return self.largest <= self.limit


def changes_since(baseline: Baseline, report: Report) -> list[CheckResult]:
    """What has changed since a baseline: first the circumstances, then check by check.

    A check that could not be compared is not run; what was compiled then and is eager now fails.
    """
    return [_circumstances_row(baseline, report), *_check_rows(baseline, report)]


def _circumstances_row(baseline: Baseline, report: Report) -> CheckResult:
    name, group = "circumstances", Group.BASELINE
    now = {**report.config.to_env(), **circumstances(report)}
    then = {**baseline.settings, **baseline.circumstances}
    changed = [
        f"{what} {then.get(what, 'unset')} -> {now.get(what, 'unset')}"
        for what in dict.fromkeys((*then, *now))
        if then.get(what) != now.get(what)
    ]
    if _compiled_then(baseline) and not report.config.enabled:
        sentence = "The baseline is of compiled code, and this configuration compiles nothing."
        return CheckResult(name, group, Status.FAIL, sentence)
    what = f"Changed: {'; '.join(changed)}." if changed else "Versions and settings are the same."
    return CheckResult(name, group, Status.NOTED, f"The baseline is of {baseline.written}. {what}")


def _compiled_then(baseline: Baseline) -> bool:
    values, _mistakes = read_values(baseline.settings)
    return bool(values.get("enabled"))


def _check_rows(baseline: Baseline, report: Report) -> list[CheckResult]:
    now = {(row.group.value, row.check): row for row in report.results if is_kept(row)}
    rows = []
    for key, kept in baseline.checks.items():
        row = now.pop(key, None)
        name = f"{key[1]}, then and now"
        if row is None or row.compared is None:
            sentence = "It has no counterpart in this run."
            rows.append(CheckResult(name, Group.BASELINE, Status.NOT_RUN, sentence))
        else:
            rows.append(_changed_row(name, kept, row.compared))
    rows += [
        CheckResult(
            f"{check}, then and now", Group.BASELINE, Status.NOT_RUN, "The baseline lacks it."
        )
        for _group, check in now
    ]
    return rows


def _changed_row(name: str, kept: Kept, compared: ComparedForecasts) -> CheckResult:
    group = Group.BASELINE
    then, now = common_places(kept, compared)
    if not now or kept.eager[then].shape != stacked(compared.eager.of_items(now)).shape:
        sentence = "The series are not those of the baseline, or were forecast in another way."
        return CheckResult(name, group, Status.NOT_RUN, sentence)
    common = items_of(compared, now)
    eager = movement(common, kept.eager[then], common.eager)
    configured = movement(common, kept.configured[then], common.configured)
    status = Status.PASS if eager.small and configured.small else Status.FAIL
    worst = max(eager, configured, key=lambda one: one.largest / one.limit)
    sentence = (
        f"Eager moved by up to {eager.largest:.2g} {DEVIATIONS}, the configuration by "
        f"{configured.largest:.2g}; {worst.limit:.2g} allowed ({worst.item})."
    )
    if len(now) < len(kept.digests):
        sentence += f" Compared are the {counted(len(now), 'item')} that both have."
    return CheckResult(name, group, status, sentence, worst.largest, worst.limit, DEVIATIONS)


def common_places(kept: Kept, compared: ComparedForecasts) -> tuple[list[int], list[int]]:
    """Places, in the baseline and in a compared, of the items that are the same in both."""
    places = {item_id: place for place, item_id in enumerate(kept.digests)}
    here = list(digests(compared.case).items())
    now = [place for place, (item_id, one) in enumerate(here) if kept.digests.get(item_id) == one]
    return [places[here[place][0]] for place in now], now


def items_of(compared: ComparedForecasts, places: list[int]) -> ComparedForecasts:
    """Some items of a compared."""
    series = compared.case.series
    some = dataclasses.replace(series, series=tuple(series.series[place] for place in places))
    return ComparedForecasts(
        dataclasses.replace(compared.case, series=some),
        compared.eager.of_items(places),
        compared.configured.of_items(places),
        compared.truth.of_items(places),
    )


def movement(compared: ComparedForecasts, then: Values, now: ForecastSet) -> Movement:
    """Compares forecasts with those of a baseline.

    Args:
        compared: What was forecast.
        then: Shape (items, targets, horizon, quantile levels).
        now: The same now.
    """
    scales = scales_of(compared.case.series, compared.truth)
    items = zip(now.items, then, strict=True)
    before = dataclasses.replace(
        now, items=tuple(dataclasses.replace(item, values=values) for item, values in items)
    )
    moved = largest_by_item(now, before, scales)
    # The smaller error, so that neither a changed model nor an eager gone wrong widens the limit.
    errors = (largest_by_item(compared.truth, one, scales) for one in (before, now))
    allowed = limit_by_item(np.minimum(*errors))
    worst = int(np.argmax(moved / allowed))
    return Movement(float(moved[worst]), float(allowed[worst]), now.items[worst].item_id)
