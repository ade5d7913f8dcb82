"""What has changed since a baseline, and by how much."""

import dataclasses
from dataclasses import dataclass

import numpy as np

from engine.base.wording import counted
from engine.config.settings import read_values
from engine.results.forecasts import ForecastSet
from engine.results.judgement import Status
from engine.results.judging import OF_SCALE, allowed_by_item, largest_by_item, scales_of
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
from engine.validation.report import Report, Row, Sample


@dataclass(frozen=True, slots=True)
class Movement:
    """How far forecasts have moved, in the item that moved furthest beyond what is allowed.

    Attributes:
        largest: Largest difference, relative to the series' scale.
        allowed: What is allowed for that item.
        item: Its id.
    """

    largest: float
    allowed: float
    item: str

    @property
    def small(self) -> bool:
        """Whether it is within what is allowed."""
        return self.largest <= self.allowed


def changes_since(baseline: Baseline, report: Report) -> list[Row]:
    """What has changed since a baseline: first the circumstances, then check by check.

    A check that could not be compared is not run; what was compiled then and is eager now fails.
    """
    return [_circumstances_row(baseline, report), *_check_rows(baseline, report)]


def _circumstances_row(baseline: Baseline, report: Report) -> Row:
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
        return Row(name, group, Status.FAIL, sentence)
    what = f"Changed: {'; '.join(changed)}." if changed else "Versions and settings are the same."
    return Row(name, group, Status.NOTED, f"The baseline is of {baseline.written}. {what}")


def _compiled_then(baseline: Baseline) -> bool:
    values, _mistakes = read_values(baseline.settings)
    return bool(values.get("enabled"))


def _check_rows(baseline: Baseline, report: Report) -> list[Row]:
    now = {(row.group.value, row.check): row for row in report.rows if is_kept(row)}
    rows = []
    for key, kept in baseline.checks.items():
        row = now.pop(key, None)
        name = f"{key[1]}, then and now"
        if row is None or row.sample is None:
            sentence = "It has no counterpart in this run."
            rows.append(Row(name, Group.BASELINE, Status.NOT_RUN, sentence))
        else:
            rows.append(_changed_row(name, kept, row.sample))
    rows += [
        Row(f"{check}, then and now", Group.BASELINE, Status.NOT_RUN, "The baseline lacks it.")
        for _group, check in now
    ]
    return rows


def _changed_row(name: str, kept: Kept, sample: Sample) -> Row:
    group = Group.BASELINE
    then, now = common_places(kept, sample)
    if not now or kept.eager[then].shape != stacked(sample.eager.of_items(now)).shape:
        sentence = "The series are not those of the baseline, or were forecast in another way."
        return Row(name, group, Status.NOT_RUN, sentence)
    common = items_of(sample, now)
    eager = movement(common, kept.eager[then], common.eager)
    configured = movement(common, kept.configured[then], common.configured)
    status = Status.PASS if eager.small and configured.small else Status.FAIL
    worst = max(eager, configured, key=lambda one: one.largest / one.allowed)
    sentence = (
        f"Eager moved by up to {eager.largest:.2g} {OF_SCALE}, the configuration by "
        f"{configured.largest:.2g}; {worst.allowed:.2g} allowed ({worst.item})."
    )
    if len(now) < len(kept.digests):
        sentence += f" Compared are the {counted(len(now), 'item')} that both have."
    return Row(name, group, status, sentence, worst.largest, worst.allowed, OF_SCALE)


def common_places(kept: Kept, sample: Sample) -> tuple[list[int], list[int]]:
    """Places, in the baseline and in a sample, of the items that are the same in both."""
    places = {item_id: place for place, item_id in enumerate(kept.digests)}
    here = list(digests(sample.case).items())
    now = [place for place, (item_id, one) in enumerate(here) if kept.digests.get(item_id) == one]
    return [places[here[place][0]] for place in now], now


def items_of(sample: Sample, places: list[int]) -> Sample:
    """Some items of a sample."""
    series = sample.case.series
    some = dataclasses.replace(series, series=tuple(series.series[place] for place in places))
    return Sample(
        dataclasses.replace(sample.case, series=some),
        sample.eager.of_items(places),
        sample.configured.of_items(places),
        sample.truth.of_items(places),
    )


def movement(sample: Sample, then: Values, now: ForecastSet) -> Movement:
    """Compares forecasts with those of a baseline.

    Args:
        sample: What was forecast.
        then: Shape (items, targets, horizon, quantile levels).
        now: The same now.
    """
    scales = scales_of(sample.case.series, sample.truth)
    items = zip(now.items, then, strict=True)
    before = dataclasses.replace(
        now, items=tuple(dataclasses.replace(item, values=values) for item, values in items)
    )
    moved = largest_by_item(now, before, scales)
    # The smaller error, so that neither a changed model nor an eager gone wrong widens the bound.
    errors = (largest_by_item(sample.truth, one, scales) for one in (before, now))
    allowed = allowed_by_item(np.minimum(*errors))
    worst = int(np.argmax(moved / allowed))
    return Movement(float(moved[worst]), float(allowed[worst]), now.items[worst].item_id)
