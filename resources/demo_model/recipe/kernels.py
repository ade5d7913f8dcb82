"""Kernel synthesis: Gaussian processes whose kernels are random sums and products.

After the KernelSynth of "Chronos: Learning the Language of Time Series", section 4.2, but drawn
without forming a covariance: the sum of independent draws has the sum of their kernels, and the
product of independent draws has the product of their kernels as its covariance. The second is no
longer Gaussian, which only widens the family.
"""

import numpy as np

from resources.demo_model.recipe.noise import Array, choose, standardise
from resources.demo_model.recipe.seasons import draw_calendar


def _smooth(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Squared exponential and, with a random length scale per frequency band, rougher kernels."""
    frequency = np.fft.rfftfreq(2 * length)[None]
    scale = length * np.exp(rng.uniform(np.log(0.005), np.log(0.5), (rows, 1)))
    gaussian = np.exp(-((np.pi * scale * frequency) ** 2))
    matern = (1 + (2 * np.pi * scale * frequency) ** 2) ** -rng.choice([0.5, 1.0, 1.5], (rows, 1))
    density = np.where(rng.random((rows, 1)) < 0.6, gaussian, matern)
    draw = rng.standard_normal((rows, frequency.shape[1], 2)) @ np.array([1, 1j])
    return standardise(np.fft.irfft(density * draw, 2 * length, axis=1)[:, :length])


def _periodic(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Return a squared exponential on a circle: a Fourier series with Gaussian decay."""
    period = draw_calendar(rng, rows, max(8, length // 2)).inner[:, None]
    orders = np.arange(1, 9)
    decay = np.exp(-((orders * rng.uniform(0.1, 1.2, (rows, 1))) ** 2) / 2)
    weights = rng.standard_normal((2, rows, 8)) * decay
    angle = 2 * np.pi * np.arange(length)[None] / period
    value = np.zeros((rows, length))
    for index, order in enumerate(orders):
        value += weights[0, :, index, None] * np.cos(order * angle)
        value += weights[1, :, index, None] * np.sin(order * angle)
    return standardise(value)


def _line(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Return the linear kernel: a line with a random root."""
    return (np.linspace(-1, 1, length)[None] - rng.uniform(-1, 1, (rows, 1))) * 1.5


def _base(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Return one draw of a random kernel of the bank per row."""
    white = rng.standard_normal((rows, length))
    options = [
        _periodic(rng, rows, length),
        _smooth(rng, rows, length),
        _line(rng, rows, length),
        white * rng.choice([0.05, 0.2, 1.0], (rows, 1)),
    ]
    return choose(rng, options, [5, 3, 1, 1])


def kernel_synthesis(rng: np.random.Generator, rows: int, length: int) -> Array:
    """Two to five kernels joined by + or x, shape (rows, length)."""
    value = _base(rng, rows, length)
    for _ in range(int(rng.integers(1, 5))):
        other = _base(rng, rows, length) * np.exp(rng.normal(0, 0.5, (rows, 1)))
        value = np.where(rng.random((rows, 1)) < 0.6, value + other, value * other)
    return value
