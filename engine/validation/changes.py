"""The checks against a baseline: what changed since it was saved, and by how much."""

import dataclasses
from dataclasses import dataclass

import numpy as np

from engine.base.wording import counted, deviations, figure
from engine.config.settings import CompileConfig
from engine.config.variables import read_values
from engine.results.agreement import largest_by_item, units_of
from engine.results.forecasts import ForecastSet
from engine.results.judgement import Status
from engine.results.limits import DEVIATIONS, limit_by_item, typical_error
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
class _Movement:
    """The change of forecasts since a baseline, in the item furthest beyond its limit.

    Attributes:
        largest: Largest difference, in standard deviations of the series.
        limit: The limit of that item.
        item: Its id.
    """

    largest: float
    limit: float
    item: str

    @property
    def small(self) -> bool:
        """Return whether it is within the limit."""
        return self.largest <= self.limit


def changes_since(baseline: Baseline, report: Report) -> list[CheckResult]:
    """Compare a report with a baseline: first the circumstances, then check by check.

    A check that only one of the two has counts as not run. An eager report fails against a
    baseline of compiled code.
    """
    return [_circumstances(baseline, report), *_checks(baseline, report)]


def _circumstances(baseline: Baseline, report: Report) -> CheckResult:
    name, group = "circumstances", Group.BASELINE
    now = {**report.config.to_env(), **circumstances(report)}
    # A setting that the baseline's version did not have was at its default.
    then = {**CompileConfig().to_env(), **baseline.settings, **baseline.circumstances}
    changed = [
        f"{what} {then.get(what, 'unset')} -> {now.get(what, 'unset')}"
        for what in dict.fromkeys((*then, *now))
        if then.get(what) != now.get(what)
    ]
    if _compiled_then(baseline) and not report.config.enabled:
        sentence = "The baseline is of compiled code, but this configuration does not compile."
        return CheckResult(name, group, Status.FAIL, sentence)
    what = f"Changed: {'; '.join(changed)}." if changed else "Versions and settings are the same."
    return CheckResult(
        name, group, Status.NOTED, f"The baseline was saved at {baseline.written}. {what}"
    )


def _compiled_then(baseline: Baseline) -> bool:
    values, _mistakes = read_values(baseline.settings)
    return bool(values.get("enabled"))


def _checks(baseline: Baseline, report: Report) -> list[CheckResult]:
    now = {(one.group.value, one.check): one for one in report.results if is_kept(one)}
    results = []
    for key, kept in baseline.checks.items():
        result = now.pop(key, None)
        name = f"{key[1]}, since the baseline"
        if result is None or result.compared is None:
            sentence = "This run has no such check."
            results.append(CheckResult(name, Group.BASELINE, Status.NOT_RUN, sentence))
        else:
            results.append(_change_of(name, kept, result.compared))
    results += [
        CheckResult(
            f"{check}, since the baseline",
            Group.BASELINE,
            Status.NOT_RUN,
            "The baseline has no such check.",
        )
        for _group, check in now
    ]
    return results


def _change_of(name: str, kept: Kept, compared: ComparedForecasts) -> CheckResult:
    group = Group.BASELINE
    then, now = _common_items(kept, compared)
    if not now or kept.eager[then].shape != stacked(compared.eager.of_items(now)).shape:
        sentence = "The baseline is of other series, or was forecast with other options."
        return CheckResult(name, group, Status.NOT_RUN, sentence)
    common = compared.of_items(now)
    eager = _movement(common, kept.eager[then], common.eager)
    configured = _movement(common, kept.configured[then], common.configured)
    status = Status.PASS if eager.small and configured.small else Status.FAIL
    worst = max(eager, configured, key=lambda one: one.largest / one.limit)
    sentence = (
        f"Largest change: eager {deviations(eager.largest)}, the configuration "
        f"{figure(configured.largest)} (limit {figure(worst.limit)}; {worst.item})."
    )
    if len(now) < len(kept.digests):
        sentence += f" Only {counted(len(now), 'item')} could be compared."
    return CheckResult(name, group, status, sentence, worst.largest, worst.limit, DEVIATIONS)


def _common_items(kept: Kept, compared: ComparedForecasts) -> tuple[list[int], list[int]]:
    """Return the indices of the items that both have, in the baseline and in the comparison."""
    indices = {item_id: index for index, item_id in enumerate(kept.digests)}
    here = list(digests(compared.case).items())
    now = [index for index, (item_id, one) in enumerate(here) if kept.digests.get(item_id) == one]
    return [indices[here[index][0]] for index in now], now


def _movement(compared: ComparedForecasts, then: Values, now: ForecastSet) -> _Movement:
    """Compare forecasts with those of a baseline.

    Args:
        compared: The series, and the reference forecast.
        then: The forecasts of the baseline, shape (items, targets, horizon, quantile levels).
        now: The forecasts to compare with them.
    """
    units = units_of(compared.case.series, compared.truth)
    items = zip(now.items, then, strict=True)
    before = dataclasses.replace(
        now, items=tuple(dataclasses.replace(item, values=values) for item, values in items)
    )
    moved = largest_by_item(now, before, units)
    # The smaller error counts, because neither a changed model nor a wrong eager forecast may
    # widen the limit.
    both = (largest_by_item(compared.truth, one, units) for one in (before, now))
    errors = np.minimum(*both)
    limits = limit_by_item(np.maximum(errors, typical_error(errors)))
    worst = int(np.argmax(moved / limits))
    return _Movement(float(moved[worst]), float(limits[worst]), now.items[worst].item_id)
