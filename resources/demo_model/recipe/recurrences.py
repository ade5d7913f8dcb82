"""Series of random nonlinear recurrences: cycles without a fixed shape, and chaos."""

from functools import cache

import numpy as np

from resources.demo_model.recipe.noise import Array, standardise

SYSTEMS = 512
UNITS = 12
STEPS = 20_000


@cache
def _trajectories() -> Array:
    """What random leaky networks h <- h + a (tanh(W h + b) - h) do, shape (systems, STEPS).

    Networks that come to rest are left out. Drawn once, from a seed of their own: stepping
    through them for every batch would take longer than training on it.
    """
    rng = np.random.default_rng(20_26)
    gain = rng.uniform(1.5, 4.0, (SYSTEMS, 1, 1))
    weights = gain * rng.standard_normal((SYSTEMS, UNITS, UNITS)) / np.sqrt(UNITS)
    bias = 0.2 * rng.standard_normal((SYSTEMS, UNITS, 1))
    leak = 10 ** rng.uniform(-1.3, -0.2, (SYSTEMS, 1, 1))
    seen = rng.standard_normal((SYSTEMS, UNITS))
    state = rng.standard_normal((SYSTEMS, UNITS, 1))
    value = np.empty((STEPS, SYSTEMS))
    for step in range(-1000, STEPS):
        state += leak * (np.tanh(weights @ state + bias) - state)
        if step >= 0:
            value[step] = (seen * state[:, :, 0]).sum(1)
    late = value[STEPS // 2 :]
    alive = late.std(0) > 0.05 * np.abs(late).mean(0)
    return np.ascontiguousarray(value[:, alive].T)


def recurrences(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Windows of such trajectories, every one to three steps observed; shape (rows, length)."""
    systems = _trajectories()
    stride = rng.integers(1, 4, (rows, 1))
    first = (rng.random((rows, 1)) * (STEPS - stride * length)).astype(int)
    window = systems[rng.integers(0, len(systems), (rows, 1)), first + stride * np.arange(length)]
    return standardise(window)
