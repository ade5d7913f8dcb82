"""The plots of a validation: what was forecast, and how far the sides are apart."""

import numpy as np

from engine.reports.svg import Band, Curve, Layer, Level, Values, chart
from engine.results.agreement import scales_of
from engine.results.forecasts import ForecastSet
from engine.validation.report import CheckResult, ComparedForecasts

HISTORY_PER_HORIZON = 4
"""Steps of history that are shown for each step of the horizon."""

DIFFERENCE_HEIGHT = 150


def plots(row: CheckResult) -> str:
    """A row's worst series: history and forecasts, and below them the differences.

    Raises:
        ValueError: The row compared nothing.
    """
    if row.compared is None:
        raise ValueError(f"{row.check} compared nothing")
    item, target = worst_place(row, row.compared)
    item_id = row.compared.case.series.series[item].item_id
    name = f"{item_id}, {row.compared.eager.target_names[target]}"
    return forecasts(row.compared, item, target, name) + differences(row, item, target, name)


def worst_place(row: CheckResult, compared: ComparedForecasts) -> tuple[int, int]:
    """Places of the worst item and its worst target."""
    if row.agreement is None:
        return 0, 0
    ids = [item.item_id for item in compared.eager.items]
    target = compared.eager.target_names.index(row.agreement.worst_target)
    return ids.index(row.agreement.worst_item), target


def forecasts(compared: ComparedForecasts, item: int, target: int, name: str) -> str:
    """History, and the medians and 80 % bands of both sides."""
    history = compared.case.series.series[item].targets[target]
    shown = min(len(history), HISTORY_PER_HORIZON * compared.case.horizon)
    past = np.arange(1 - shown, 1, dtype=np.float64)
    ahead = np.arange(1, compared.case.horizon + 1, dtype=np.float64)
    layers: list[Layer] = []
    lines: list[Layer] = [Curve("history", "history", past, history[len(history) - shown :])]
    sides = (("eager", "eager", compared.eager), ("compiled", "configured", compared.configured))
    for kind, label, forecast in sides:
        low, middle, high = (quantile(forecast, item, target, level) for level in (0.1, 0.5, 0.9))
        layers.append(Band(kind, "", ahead, low, high))
        lines.append(Curve(kind, f"{label}, median", ahead, middle, dashed=kind == "compiled"))
    title = f"History and forecasts of {name}"
    return chart(title, [*layers, *lines], "steps from the last one observed", "value")


def differences(row: CheckResult, item: int, target: int, name: str) -> str:
    """Configured minus eager at every step, its smallest, median and largest over the levels."""
    compared = row.compared
    if compared is None:
        raise ValueError(f"{row.check} compared nothing")
    scale = scales_of(compared.case.series, compared.truth)[item][target]
    first, second = (
        side.items[item].values[target] for side in (compared.eager, compared.configured)
    )
    apart = (second - first) / scale
    ahead = np.arange(1, compared.case.horizon + 1, dtype=np.float64)
    layers: list[Layer] = [
        Band("compiled", "", ahead, apart.min(axis=1), apart.max(axis=1)),
        Curve("compiled", "configured - eager, all quantiles", ahead, np.median(apart, axis=1)),
    ]
    if row.agreement is not None and np.isfinite(row.agreement.limit):
        allowed = row.agreement.limit
        near = np.nanmax(np.abs(apart), initial=0.0) > allowed / 100
        if near:  # else the bounds would flatten what is to be seen
            layers += [Level("bound", "allowed", allowed), Level("bound", "", -allowed)]
    title = f"Difference of the forecasts of {name}"
    return chart(title, layers, "step", "of the scale", DIFFERENCE_HEIGHT)


def quantile(forecast: ForecastSet, item: int, target: int, level: float) -> Values:
    """A forecast's quantile nearest to a level, shape (horizon,)."""
    values: Values = forecast.items[item].values[target, :, forecast.level_index(level)]
    return values
