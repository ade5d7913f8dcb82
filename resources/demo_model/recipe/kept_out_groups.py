"""Groups that training never sees: a house heated by the weather, two gauges on a river."""

import numpy as np

from resources.demo_model.recipe.noise import Array


def heating(rng: np.random.Generator, rows: int, length: int) -> tuple[Array, Array]:
    """Hourly heating power and the outside temperature that explains most of it.

    A house loses heat in proportion to the degrees below 17 and its walls answer with a delay
    of some hours; wind and habits are not seen. Both results have shape (rows, length).
    """
    hour = np.arange(length)[None] + rng.integers(0, 24, (rows, 1))
    weather = np.zeros((rows, length))
    front = np.zeros(rows)
    for step in range(length):
        passes = rng.random(rows) < 0.02
        front = 0.985 * front + passes * rng.normal(0, 5, rows)
        weather[:, step] = front
    temperature = rng.uniform(0, 10, (rows, 1)) + weather
    temperature += 3 * np.sin(2 * np.pi * (hour - 9) / 24)
    need = np.maximum(0.0, 17.0 - temperature)
    power = np.zeros((rows, length))
    stored = need[:, 0].copy()
    answer = rng.uniform(0.3, 0.9, rows)
    for step in range(length):
        stored += answer * (need[:, step] - stored)
        power[:, step] = stored
    habits = 1.0 * ((hour % 24 > 6) & (hour % 24 < 22))
    return power + habits + 0.4 * rng.standard_normal((rows, length)), temperature


def river(rng: np.random.Generator, rows: int, length: int) -> tuple[Array, Array]:
    """Hourly levels upstream and downstream: the same floods, some hours to two days later.

    Rain falls in showers and drains slowly (shot noise); both results have shape (rows, length).
    """
    delay = rng.integers(8, 49, rows)
    total = length + 48
    level = np.zeros((rows, total))
    stored = np.full(rows, 2.0)
    drain = rng.uniform(0.02, 0.06, rows)
    for step in range(total):
        rain = (rng.random(rows) < 0.03) * rng.exponential(2.0, rows)
        stored = stored * (1 - drain) + rain
        level[:, step] = stored
    upstream = level[:, 48:] + 0.03 * rng.standard_normal((rows, length))
    index = 48 - delay[:, None] + np.arange(length)[None]
    downstream = 1.3 * np.take_along_axis(level, index, 1)
    return upstream, downstream + 0.03 * rng.standard_normal((rows, length))
