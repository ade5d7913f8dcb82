"""The choice of the user's series that are compared with float64."""

import numpy as np

from engine.results.forecasts import ForecastSet, ItemForecast
from engine.validation.report import SAMPLE_ITEMS
from engine.validation.suite.own_data import SHOWN_ITEMS, selected
from engine.validation.suite.sides import worst_first
from tests.support.making import series_set

COUNT = 300
SERIES = series_set([np.arange(4.0)] * COUNT)


def forecast(values: np.ndarray) -> ForecastSet:
    """Return forecasts of one step of every series, the same at every level."""
    items = [
        ItemForecast(f"item_{index}", np.full((1, 1, 3), one)) for index, one in enumerate(values)
    ]
    return ForecastSet(tuple(items), SERIES.target_names, (0.1, 0.5, 0.9))


def test_that_missing_values_come_before_differences() -> None:
    eager, configured = np.zeros(COUNT), np.full(COUNT, 0.5)
    eager[7] = configured[7] = configured[9] = np.nan
    assert worst_first(SERIES, forecast(eager), forecast(configured))[:2] == [9, 7]


def test_that_the_worst_items_are_chosen_and_the_same_others_every_time() -> None:
    generator = np.random.default_rng(3)
    samples = []
    for _ in range(2):
        noise = generator.normal(size=COUNT)
        order = worst_first(SERIES, forecast(np.zeros(COUNT)), forecast(noise))
        samples.append(selected(SERIES, order))
        assert samples[-1][:SHOWN_ITEMS] == np.argsort(-np.abs(noise))[:SHOWN_ITEMS].tolist()
        assert len(set(samples[-1])) == SAMPLE_ITEMS
    common = set(samples[0]) & set(samples[1])
    assert len(common) > SAMPLE_ITEMS - 2 * SHOWN_ITEMS
