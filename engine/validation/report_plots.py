"""The plots of a validation: forecasts, and the differences between them."""

import numpy as np

from engine.reports.svg import Band, Curve, Layer, Level, Values, chart
from engine.results.agreement import units_of
from engine.results.forecasts import ForecastSet
from engine.validation.report import CheckResult, ComparedForecasts

HISTORY_PER_HORIZON = 4
"""Steps of history to draw for each step of the horizon."""

DIFFERENCE_HEIGHT = 150


def plots(result: CheckResult) -> str:
    """Draw the worst series of a check: history and forecasts, and below them the differences.

    Raises:
        ValueError: The check compared nothing.
    """
    if result.compared is None:
        raise ValueError(f"{result.check} compared nothing")
    item, target = _worst_indices(result, result.compared)
    item_id = result.compared.case.series.series[item].item_id
    name = f"{item_id}, {result.compared.eager.target_names[target]}"
    shown = item, target, name
    return _forecasts(result.compared, *shown) + _differences(result, *shown)


def _worst_indices(result: CheckResult, compared: ComparedForecasts) -> tuple[int, int]:
    """Return the indices of the worst item and of its worst target."""
    if result.agreement is None:
        return 0, 0
    ids = [item.item_id for item in compared.eager.items]
    target = compared.eager.target_names.index(result.agreement.worst_target)
    return ids.index(result.agreement.worst_item), target


def _forecasts(compared: ComparedForecasts, item: int, target: int, name: str) -> str:
    """Draw the history, and the medians and 80 % bands of both forecasts."""
    history = compared.case.series.series[item].targets[target]
    shown = min(len(history), HISTORY_PER_HORIZON * compared.case.horizon)
    past = np.arange(1 - shown, 1, dtype=np.float64)
    ahead = np.arange(1, compared.case.horizon + 1, dtype=np.float64)
    layers: list[Layer] = []
    lines: list[Layer] = [Curve("history", "history", past, history[len(history) - shown :])]
    sides = (("eager", "eager", compared.eager), ("compiled", "configured", compared.configured))
    for kind, label, forecast in sides:
        low, middle, high = (_quantile(forecast, item, target, level) for level in (0.1, 0.5, 0.9))
        layers.append(Band(kind, "", ahead, low, high))
        lines.append(Curve(kind, f"{label}, median", ahead, middle, dashed=kind == "compiled"))
    title = f"History and forecasts of {name}"
    return chart(title, [*layers, *lines], "Steps after the last observation", "Value")


def _differences(result: CheckResult, item: int, target: int, name: str) -> str:
    """Draw configured minus eager at every step: smallest, median and largest over the levels."""
    compared = result.compared
    if compared is None:
        raise ValueError(f"{result.check} compared nothing")
    units = units_of(compared.case.series, compared.truth)[item][target]
    first, second = (
        side.items[item].values[target] for side in (compared.eager, compared.configured)
    )
    difference = (second - first) / units
    ahead = np.arange(1, compared.case.horizon + 1, dtype=np.float64)
    layers: list[Layer] = [
        Band("compiled", "", ahead, difference.min(axis=1), difference.max(axis=1)),
        Curve(
            "compiled", "configured - eager, all quantiles", ahead, np.median(difference, axis=1)
        ),
    ]
    if result.agreement is not None and np.isfinite(result.agreement.limit):
        limit = result.agreement.limit
        # Far limits would flatten the differences.
        if np.nanmax(np.abs(difference), initial=0.0) > limit / 100:
            layers += [Level("limit", "limit", limit), Level("limit", "", -limit)]
    title = f"Difference of the forecasts of {name}"
    return chart(title, layers, "Step", "Standard deviations", DIFFERENCE_HEIGHT)


def _quantile(forecast: ForecastSet, item: int, target: int, level: float) -> Values:
    """Return the quantile nearest to a level, shape (horizon,)."""
    values: Values = forecast.items[item].values[target, :, forecast.level_index(level)]
    return values
